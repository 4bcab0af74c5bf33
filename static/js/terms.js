// A box for a term of the vocabulary asks the server while somebody types, so that synonyms and misspelt words find it
// too. Without this file the box keeps the browser's own list of labels.
// A module, so that it is run once, however often htmx puts its box into the page anew.
const list = Object.assign(document.createElement("ul"), { id: "term-list", className: "term-list", role: "listbox", hidden: true });
list.setAttribute("aria-label", "Terms of the vocabulary");
let box = null;
let timer = 0;
let asked = null;

const options = () => [...list.children];
const chosen = () => list.querySelector("[aria-selected=true]");

function wake(input) {
  input.removeAttribute("list");
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
}

function shut() {
  clearTimeout(timer);
  asked?.abort();
  list.hidden = true;
  box?.setAttribute("aria-expanded", "false");
  box?.removeAttribute("aria-activedescendant");
}

function option({ label, name, where }, place) {
  const item = Object.assign(document.createElement("li"), { id: `term-list-${place}`, role: "option" });
  item.dataset.label = label;
  const parts = [["strong", label], ["span", name ? `also: ${name}` : ""], ["small", where]];
  item.append(...parts.filter(([, text]) => text).map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
  item.setAttribute("aria-selected", "false");
  return item;
}

function show(terms) {
  list.replaceChildren(...terms.map(option));
  box.after(list);
  list.hidden = !terms.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
  document.querySelector("#live").textContent = terms.length ? `${terms.length} terms. Arrow keys choose.` : "No term fits.";
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const input = box;
  const url = new URL(input.dataset.terms, location.href);
  url.searchParams.set("q", input.value);
  try {
    const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
    if (answer.ok && input === document.activeElement) show((await answer.json()).terms);
  } catch { /* typed on, or no network: the box still takes a word */ }
}

function mark(item) {
  options().forEach(each => each.setAttribute("aria-selected", String(each === item)));
  item.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", item.id);
}

function step(by) {
  if (list.hidden) { ask(); return; }
  const all = options();
  mark(all[(all.indexOf(chosen()) + by + all.length + (by < 0 && !chosen() ? 1 : 0)) % all.length]);
}

function take(item) {
  box.value = item.dataset.label;
  shut();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("focusin", event => {
  if (event.target.matches?.("input[data-terms]")) { if (box !== event.target) shut(); box = event.target; wake(box); }
});
document.addEventListener("focusout", event => { if (event.target === box) shut(); });
document.addEventListener("input", event => {
  if (event.target !== box) return;
  clearTimeout(timer);
  if (box.value.trim()) timer = setTimeout(ask, 120);
  else shut();
});
document.addEventListener("keydown", event => {
  if (event.target !== box || event.isComposing) return;
  const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: list.hidden ? null : shut, Enter: !list.hidden && chosen() ? () => take(chosen()) : null };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
// Before the box loses the focus.
list.addEventListener("mousedown", event => {
  event.preventDefault();
  const item = event.target.closest("li");
  if (item) take(item);
});
