// Progressive enhancement only: without this file every action works as a plain link or form.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const live = $("#live");
const toast = $("#toast");
const help = $("#help");

const stored = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* storage is closed */ } },
};

// --- saying what happened, with an undo ------------------------------------------------------------------

let undo = null;
let toastTimer = 0;

function say(text, onUndo = null) {
  live.textContent = text;
  undo = onUndo;
  $("[data-msg]", toast).textContent = text;
  $("[data-undo]", toast).hidden = !undo;
  if (toast.matches(":popover-open")) toast.hidePopover();
  toast.showPopover();
  clearTimeout(toastTimer);
  toastTimer = setTimeout(hideToast, 10000);
}

function hideToast() {
  // Somebody who has reached the Undo button keeps it.
  if (toast.matches(":hover, :focus-within")) { toastTimer = setTimeout(hideToast, 3000); return; }
  if (toast.matches(":popover-open")) toast.hidePopover();
}

function takeBack() {
  const action = undo;
  undo = null;
  toast.hidePopover();
  if (action) action();
}

// The server answers with HX-Trigger: {"toast": {"text": "…", "undo": "id of the button that takes it back"}}
document.addEventListener("toast", event => {
  const { text, undo: id } = event.detail;
  say(text, id ? () => { const button = document.getElementById(id); if (button) { button.click(); button.focus(); } } : null);
});

// --- theme -----------------------------------------------------------------------------------------------

const THEMES = ["system", "light", "dark"];
const theme = () => document.documentElement.dataset.theme || "system";

function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  stored.set("theme", next === "system" ? null : next);
  nameTheme();
  say(`Theme: ${next}`);
}

function nameTheme() {
  $$("[data-theme-toggle]").forEach(button => button.setAttribute("aria-label", `Theme: ${theme()}. Change theme`));
}

// --- single-key shortcuts ----------------------------------------------------------------------------------

const shortcutsOn = () => stored.get("shortcuts") !== "off";

function focusCard(step) {
  const cards = $$(".result");
  const here = cards.indexOf(document.activeElement?.closest(".result"));
  const card = cards[Math.max(0, Math.min(cards.length - 1, here + step))];
  if (card) $(":is(h2, h3) a, a", card)?.focus();
}

// Presses a button of the card that has the focus.
const press = selector => $(selector, document.activeElement?.closest(".result") ?? document.createElement("i"))?.click();

const KEYS = {
  "/": () => $("[data-search]")?.focus(),
  "?": () => help.showModal(),
  j: () => focusCard(1),
  k: () => focusCard(-1),
  s: () => press("[data-shortlist]"),
  c: () => press("[data-compare]"),
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// --- rows of a Django formset ------------------------------------------------------------------------------

function addRow(editor) {
  const total = $(`[name="${editor.dataset.rows}-TOTAL_FORMS"]`, editor);
  const most = $(`[name="${editor.dataset.rows}-MAX_NUM_FORMS"]`, editor);
  if (+total.value >= +most.value) { say(`At most ${most.value} rows`); return; }
  const holder = document.createElement("ol");
  holder.innerHTML = $("[data-rows-template]", editor).innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.firstElementChild;
  total.value = +total.value + 1;
  $("[data-rows-list]", editor).append(row);
  window.htmx?.process(row);
  $("input:not([type=hidden]), select, textarea", row)?.focus();
}

// The row stays in the form, hidden and ticked for removal: gaps in a formset would be read as broken input.
function removeRow(row, editor) {
  const tick = $("input[name$='-DELETE']", row);
  tick.checked = true;
  row.hidden = true;
  markDirty(row);
  $("[data-rows-add]", editor).focus();
  say(`Removed ${editor.dataset.rowsName}`, () => { tick.checked = false; row.hidden = false; $("input:not([type=hidden]), select", row)?.focus(); });
}

// --- leaving a form with unsaved changes -------------------------------------------------------------------

const dirty = new Set();

function markDirty(element) {
  const form = element.closest("form[data-dirty-guard]");
  if (form) dirty.add(form);
}

addEventListener("beforeunload", event => {
  if ([...dirty].some(form => form.isConnected)) event.preventDefault();
});

// --- what was typed before the session ended ----------------------------------------------------------------

// Back into the form that it came from; where that form is not on the page, the button sends it as it is.
function refill() {
  const notice = $("[data-kept-form]");
  if (!notice) return;
  const kept = $$("[data-kept]", notice).map(input => [input.name, input.value]);
  const here = $("form", notice).action;
  const form = $$("main form[method=post]").find(each => !notice.contains(each) && each.action === here);
  if (!form) return;
  const values = new Map();
  kept.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
  for (const [name, given] of values) if (name.endsWith("-TOTAL_FORMS")) addRows(form, name, +given[0]);
  for (const field of form.elements) if (field.name && field.name !== "csrfmiddlewaretoken") refillField(field, values.get(field.name));
  $$("[data-kept], [data-kept-save]", notice).forEach(element => element.remove());
  $("[data-kept-said]", notice).textContent = "What you typed is back in the form, and not saved yet.";
  dirty.add(form);
}

function refillField(field, given) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = given?.includes(field.value) ?? false;
  else if (field.multiple) [...field.options].forEach(option => { option.selected = given?.includes(option.value) ?? false; });
  else if (given && field.type !== "file" && field.type !== "submit") field.value = given.shift() ?? field.value;
}

function addRows(form, name, wanted) {
  const total = form.elements[name];
  const editor = total?.closest("[data-rows]");
  while (editor && +total.value < Math.min(wanted, +$("[name$='-MAX_NUM_FORMS']", editor).value)) addRow(editor);
}

// --- work that takes longer than a second --------------------------------------------------------------------

function busySoon(element) {
  return setTimeout(() => { element.setAttribute("aria-busy", "true"); live.textContent = "Working…"; }, 1000);
}

document.addEventListener("submit", event => {
  if (event.submitter && !event.defaultPrevented && event.target.target !== "_blank") busySoon(event.submitter);
});
const waiting = new WeakMap();
document.addEventListener("htmx:beforeRequest", event => waiting.set(event.detail.xhr, busySoon(event.detail.target)));
document.addEventListener("htmx:afterRequest", event => {
  clearTimeout(waiting.get(event.detail.xhr));
  event.detail.target.removeAttribute("aria-busy");
});
addEventListener("pageshow", () => $$("[aria-busy]").forEach(element => element.removeAttribute("aria-busy")));

// --- errors ------------------------------------------------------------------------------------------------

function showErrors(root) {
  const summary = $("[data-error-summary]", root);
  if (!summary) return;
  if (!document.title.startsWith("Error:")) document.title = `Error: ${document.title}`;
  summary.focus();
}

// --- wiring ------------------------------------------------------------------------------------------------

const CLICKS = {
  "[data-theme-toggle]": nextTheme,
  "[data-undo]": takeBack,
  "[data-help]": () => help.showModal(),
  "[data-close]": button => button.closest("dialog").close(),
  "[data-print]": () => print(),
  "[data-rows-add]": button => addRow(button.closest("[data-rows]")),
  "[data-row-remove]": button => removeRow(button.closest("[data-row]"), button.closest("[data-rows]")),
};

document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  for (const [selector, action] of Object.entries(CLICKS)) if (button.matches(selector)) action(button);
});

document.addEventListener("input", event => markDirty(event.target));
document.addEventListener("change", event => {
  markDirty(event.target);
  if (event.target.matches("[data-shortcuts]")) stored.set("shortcuts", event.target.checked ? null : "off");
});
document.addEventListener("submit", event => event.target.closest("[data-kept-form]") ? dirty.clear() : dirty.delete(event.target));

// Controls that only work with this file have the class "scripted": the stylesheet hides them without scripts.

document.addEventListener("htmx:configRequest", event => {
  const token = $("input[name=csrfmiddlewaretoken]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});
// Facets come anew with their counts; what the reader had unfolded stays unfolded, and keeps the focus in it.
let folds = [];
document.addEventListener("htmx:oobBeforeSwap", event => {
  if (event.detail.target.id === "facet-list") folds = $$("details[id]", event.detail.target).map(fold => [fold.id, fold.open]);
});
document.addEventListener("htmx:oobAfterSwap", () => {
  folds.forEach(([id, open]) => { const fold = document.getElementById(id); if (fold) fold.open = open; });
  folds = [];
});
document.addEventListener("htmx:afterSettle", event => showErrors(event.target));
document.addEventListener("htmx:responseError", event => say(`That did not work (error ${event.detail.xhr.status}). Nothing was changed.`));
document.addEventListener("htmx:sendError", () => say("The server could not be reached. Nothing was changed."));

refill();
nameTheme();
$$("[data-shortcuts]").forEach(box => { box.checked = shortcutsOn(); });
showErrors(document);
