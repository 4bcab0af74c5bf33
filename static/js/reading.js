// A finding and its words light each other; a file may be dropped where it would be chosen. Without this file the
// words and findings lead to each other as links, and files are chosen.
{
  const page = document.querySelector("[data-reading]");
  const keysOf = element => element.closest("[data-for], [data-key]");

  function light(element) {
    const from = element instanceof Element && page.contains(element) ? keysOf(element) : null;
    const keys = new Set(from ? (from.dataset.for ?? from.dataset.key).split(" ") : []);
    for (const mark of page.querySelectorAll("[data-for]")) mark.classList.toggle("lit", mark.dataset.for.split(" ").some(key => keys.has(key)));
    for (const row of page.querySelectorAll("[data-key]")) row.classList.toggle("lit", keys.has(row.dataset.key));
  }

  if (page) {
    page.addEventListener("pointerover", event => light(event.target));
    page.addEventListener("pointerleave", () => light(document.activeElement));
    page.addEventListener("focusin", event => light(event.target));
    page.addEventListener("focusout", event => { if (!page.contains(event.relatedTarget)) light(null); });
  }

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
