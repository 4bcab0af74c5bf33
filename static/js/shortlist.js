// The shortlist's board: focus follows a moved card, cards can be dragged too, tags are suggested after a comma.
// Without this file cards are moved by their buttons, which is also how a drop is sent.
{
  document.addEventListener("focus-on", event => {
    const target = document.getElementById(event.detail.id);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // A conflict is a page of its own; htmx would drop an answer of 409.
  document.addEventListener("htmx:beforeSwap", event => {
    if (event.detail.xhr.status !== 409) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  document.addEventListener("htmx:afterSettle", () => document.getElementById("conflict")?.focus());

  // A scorecard that could not be saved says so where it otherwise says when it was. `dirty` is app.js's.
  const scorecard = document.querySelector("form[data-scorecard]");
  function notSaved(event) {
    event.stopPropagation();
    const words = document.createElement("p");
    words.className = "evidence stale";
    words.setAttribute("role", "alert");
    words.dataset.failure = "";
    const why = event.detail.xhr.status ? "the server had a problem" : "the server could not be reached";
    words.textContent = `Not saved: ${why}. What you chose is still here. `;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn";
    again.textContent = "Try again";
    again.addEventListener("click", () => htmx.trigger(scorecard, "change"));
    words.append(again);
    const saved = document.getElementById("saved");
    saved.querySelector("[data-failure], [role=status]")?.remove();
    saved.prepend(words);
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) scorecard?.addEventListener(name, notSaved);
  scorecard?.addEventListener("htmx:afterRequest", event => { if (event.detail.successful && event.detail.xhr.status < 400) dirty.delete(scorecard); });

  let dragged = null;
  const column = event => event.target.closest?.("[data-stage]");
  const mayDrop = event => dragged && column(event) && column(event) !== dragged.closest("[data-stage]");

  document.addEventListener("pointerdown", event => {
    const card = event.target.closest?.("[data-card]");
    if (card) card.draggable = event.pointerType === "mouse" && Boolean(card.querySelector("form.move")) && !event.target.closest("a, button, input, select");
  });
  document.addEventListener("dragstart", event => {
    dragged = event.target.closest?.("[data-card]") ?? null;
    dragged?.classList.add("dragged");
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; });
  document.addEventListener("dragover", event => { if (mayDrop(event)) event.preventDefault(); });
  document.addEventListener("drop", event => {
    if (!mayDrop(event)) return;
    event.preventDefault();
    const form = dragged.querySelector("form.move");
    form.elements.stage.value = column(event).dataset.stage;
    form.requestSubmit();
  });

  const known = document.querySelector("[data-known-tags]");
  const tags = known ? [...known.options].map(option => option.value) : [];
  const field = known && document.querySelector("input[list='known-tags']");
  field?.addEventListener("input", () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    known.replaceChildren(...tags.map(tag => new Option("", before ? `${before} ${tag}` : tag)));
  });
}
