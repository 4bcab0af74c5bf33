// The review by one key per line. Without this file every line has its buttons, and each answers with the page.
// `say`, `live` and `shortcutsOn` are app.js's.
{
  const list = document.querySelector("[data-review]");
  const rows = () => [...(list?.querySelectorAll("[data-item]") ?? [])];
  const more = document.querySelector("[data-next]");
  const waits = row => !row.matches("[data-confirmed], [data-sent]");
  const current = () => document.activeElement?.closest("[data-item]");
  let confirmed = [];  // ids of the lines in the order in which they were answered; answers may overtake each other

  function focusOn(row) {
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  // The next line in this direction that waits for an answer, or else any.
  function step(by) {
    const all = rows(), here = all.indexOf(current());
    const ahead = by > 0 ? all.slice(here + 1) : all.slice(0, Math.max(here, 0)).reverse();
    const next = ahead.find(waits) ?? (by < 0 ? ahead[0] : null);
    if (next) focusOn(next);
    else if (by > 0 && more) more.focus();
    else live.textContent = by > 0 ? "This was the last line." : "This is the first line.";
  }

  function confirmRow() {
    const row = current(), form = row?.querySelector("[data-confirm]");
    if (!row) { focusOn(rows()[0]); return; }
    if (!waits(row)) { step(1); return; }
    if (!form) { say("A certificate is not confirmed: press n and enter the dates of the new one."); return; }
    row.dataset.sent = "";
    confirmed.push(row.id);
    form.requestSubmit();
    step(1);
  }

  function undoLast() {
    const row = document.getElementById(confirmed.at(-1));
    if (row?.matches("[data-sent]")) { live.textContent = "Not saved yet. Press u again in a moment."; return; }
    confirmed.pop();
    const form = row?.querySelector("[data-undo-form]") ?? document.querySelector("[data-undo-form]");
    if (form) form.requestSubmit();
    else say("Nothing was confirmed yet today.");
  }

  const press = selector => {
    const link = current()?.querySelector(selector);
    if (link) link.click();
    else live.textContent = "That cannot be done with this line.";
  };
  const KEYS = {
    y: confirmRow,
    n: () => press("[data-change]"),
    x: () => press("[data-remove]"),
    s: () => step(1), j: () => step(1), ArrowDown: () => step(1),
    k: () => step(-1), ArrowUp: () => step(-1),
    u: undoLast,
  };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
    if (event.target.closest("input, textarea, select, dialog[open]")) return;
    // Arrows scroll the page as long as no line has the focus.
    if (!KEYS[event.key] || (event.key.startsWith("Arrow") && !current())) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  }, { capture: true });

  // A line that somebody changed meanwhile is answered with 409 and comes anew; htmx would drop it.
  document.addEventListener("htmx:beforeSwap", event => {
    if (event.detail.xhr.status !== 409) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  let wasInside = null;
  document.addEventListener("htmx:beforeSwap", event => {
    wasInside = event.detail.target.contains(document.activeElement) ? event.detail.target.id : null;
  });
  document.addEventListener("htmx:afterSettle", event => {
    const row = event.target.closest?.("[data-item]");
    if (!row) return;
    if (!row.matches("[data-confirmed]")) confirmed = confirmed.filter(id => id !== row.id);
    else if (!confirmed.includes(row.id)) confirmed.push(row.id);
    if (wasInside === row.id || !row.matches("[data-confirmed]")) focusOn(row);
    wasInside = null;
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, event => {
      const row = event.detail.elt.closest("[data-item]");
      if (!row) return;
      delete row.dataset.sent;
      confirmed = confirmed.filter(id => id !== row.id);
      focusOn(row);
    });
  }

  // What was confirmed here is gone from the next page; what was skipped is left behind.
  more?.addEventListener("click", () => {
    const url = new URL(more.href);
    url.searchParams.set("from", Number(more.dataset.next) + rows().filter(waits).length);
    more.href = url;
  });

  if (list && shortcutsOn() && !location.hash) focusOn(rows()[0]);
}
