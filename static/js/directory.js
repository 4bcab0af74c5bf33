// Rows of numbers grow on the page, and one that is only half filled in is not asked for yet. Without this file the
// button asks the server for a row, and the server says what is missing. Going back brings another form, so that each
// is looked up when it is needed.
{
  const formOf = () => document.querySelector("#facets:has([data-numbers])");
  const rowsOf = form => [...form.querySelectorAll("[data-number]")];
  const fields = row => [...row.querySelectorAll("[name]")];

  function relation(row) {
    const chosen = row.querySelector("select").selectedOptions[0];
    row.querySelector("[data-relation]").textContent = chosen.closest("optgroup")?.label ?? "";
  }

  // Row 1 has no ending, the others are _2 to _5: the first that is free.
  function freeEnding(form) {
    const taken = rowsOf(form).map(row => row.querySelector("select").name.replace("measure", ""));
    return ["", "_2", "_3", "_4", "_5"].find(ending => !taken.includes(ending));
  }

  function addRow(button) {
    const box = button.closest("[data-numbers]");
    const ending = freeEnding(button.form);
    const row = rowsOf(button.form)[0].cloneNode(true);
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
    button.hidden = rowsOf(button.form).length >= Number(box.dataset.most);
  }

  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-add-number]");
    if (!button) return;
    event.preventDefault();
    addRow(button);
  });

  document.addEventListener("change", event => {
    const row = event.target.matches("select") && event.target.closest("[data-number]");
    if (row) relation(row);
  });

  const isWhole = row => {
    const [measure, value] = fields(row);
    return Boolean(measure.value && value.value.trim());
  };
  const unasked = form => rowsOf(form).filter(row => !isWhole(row)).flatMap(fields).map(field => field.name);

  document.addEventListener("htmx:configRequest", event => {
    const form = formOf();
    if (event.detail.path !== form?.getAttribute("action")) return;
    for (const name of unasked(form)) event.detail.parameters.delete(name);
  });

  // Enter is a change and a submit, and half a row asks nothing new: the same question is asked once.
  let asked;
  let isWaiting = false;

  function question(form) {
    const data = new FormData(form);
    for (const name of unasked(form)) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  function askedByThePage() {
    const form = formOf();
    asked = form && question(form);
    isWaiting = false;
  }

  const isOurs = event => event.detail.elt.id === "facets" && event.detail.elt === formOf();

  document.addEventListener("htmx:confirm", event => {
    if (!isOurs(event)) return;
    const now = question(event.detail.elt);
    if (now === asked && (isWaiting || event.detail.triggeringEvent.type !== "submit")) event.preventDefault();
    asked = now;
  });
  document.addEventListener("htmx:beforeRequest", event => { if (isOurs(event)) isWaiting = true; });
  document.addEventListener("htmx:afterRequest", event => {
    if (!isOurs(event)) return;
    isWaiting = false;
    if (!event.detail.successful) asked = "";
  });
  document.addEventListener("htmx:historyRestore", askedByThePage);
  askedByThePage();
}
