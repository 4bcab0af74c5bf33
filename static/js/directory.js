// Rows of numbers grow on the page, and one that is only half filled in is not asked for yet. Without this file the
// button asks the server for a row, and the server says what is missing.
{
  const box = document.querySelector("[data-numbers]");
  const form = document.querySelector("#facets");
  const rows = () => [...box.querySelectorAll("[data-number]")];
  const fields = row => [...row.querySelectorAll("[name]")];

  function relation(row) {
    const chosen = row.querySelector("select").selectedOptions[0];
    row.querySelector("[data-relation]").textContent = chosen.closest("optgroup")?.label ?? "";
  }

  // Row 1 has no ending, the others are _2 to _5: the first that is free.
  function freeEnding() {
    const taken = rows().map(row => row.querySelector("select").name.replace("measure", ""));
    return ["", "_2", "_3", "_4", "_5"].find(ending => !taken.includes(ending));
  }

  function addRow(button) {
    const ending = freeEnding();
    const row = rows()[0].cloneNode(true);
    for (const element of row.querySelectorAll("[id], [for]")) {
      for (const name of ["id", "for", "name"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(/_\d$/, "") + ending);
      }
      if (element.matches("label")) element.textContent = element.textContent.replace(/^(\w+)( \d)?/, `$1 ${ending.slice(1)}`);
    }
    for (const field of fields(row)) field.matches("select") ? (field.selectedIndex = 0) : (field.value = "");
    relation(row);
    box.querySelector("ol").append(row);
    row.querySelector("select").focus();
    button.hidden = rows().length >= Number(box.dataset.most);
  }

  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-add-number]");
    if (!button) return;
    event.preventDefault();
    addRow(button);
  });

  box?.addEventListener("change", event => {
    if (event.target.matches("select")) relation(event.target.closest("[data-number]"));
  });

  const isWhole = row => {
    const [measure, value] = fields(row);
    return Boolean(measure.value && value.value.trim());
  };
  const unasked = () => rows().filter(row => !isWhole(row)).flatMap(fields).map(field => field.name);

  document.addEventListener("htmx:configRequest", event => {
    if (!box || event.detail.path !== form.getAttribute("action")) return;
    for (const name of unasked()) event.detail.parameters.delete(name);
  });

  // Enter is a change and a submit, and half a row asks nothing new: the same question is asked once.
  const question = () => {
    const data = new FormData(form);
    for (const name of unasked()) data.delete(name);
    return new URLSearchParams(data).toString();
  };
  let asked = box && question();
  let isWaiting = false;

  document.addEventListener("htmx:confirm", event => {
    if (!box || event.detail.elt !== form) return;
    const now = question();
    if (now === asked && (isWaiting || event.detail.triggeringEvent.type !== "submit")) event.preventDefault();
    asked = now;
  });
  document.addEventListener("htmx:beforeRequest", event => { if (event.detail.elt === form) isWaiting = true; });
  document.addEventListener("htmx:afterRequest", event => {
    if (event.detail.elt !== form) return;
    isWaiting = false;
    if (!event.detail.successful) asked = "";
  });
}
