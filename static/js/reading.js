// A finding and its words light each other; a file may be dropped where it would be chosen. Without this file the
// words and findings lead to each other as links, and files are chosen.
{
  const page = document.querySelector("[data-reading]");
  // Apart, because the page scrolls to what gets the focus, and something else then lies under a still pointer.
  const lit = { pointed: [], focused: [] };

  function light(how, element) {
    const from = element?.closest("[data-for], [data-key]");
    lit[how] = from ? (from.dataset.for ?? from.dataset.key).split(" ") : [];
    const keys = new Set([...lit.pointed, ...lit.focused]);
    for (const mark of page.querySelectorAll("[data-for]")) mark.classList.toggle("lit", mark.dataset.for.split(" ").some(key => keys.has(key)));
    for (const row of page.querySelectorAll("[data-key]")) row.classList.toggle("lit", keys.has(row.dataset.key));
  }

  page?.addEventListener("pointerover", event => light("pointed", event.target));
  page?.addEventListener("pointerleave", () => light("pointed", null));
  page?.addEventListener("focusin", event => light("focused", event.target));
  page?.addEventListener("focusout", () => light("focused", null));

  const drop = document.querySelector("[data-drop]");
  const isFile = event => [...event.dataTransfer.types].includes("Files");
  drop?.addEventListener("dragover", event => {
    if (!isFile(event)) return;
    event.preventDefault();
    drop.classList.add("dropping");
  });
  drop?.addEventListener("dragleave", event => { if (!drop.contains(event.relatedTarget)) drop.classList.remove("dropping"); });
  drop?.addEventListener("drop", event => {
    if (!isFile(event)) return;
    event.preventDefault();
    drop.classList.remove("dropping");
    const field = drop.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}
