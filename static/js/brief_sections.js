// Saves a section of a brief shortly after somebody stops typing, and says when, or that it failed. Without this
// file the button saves. `dirty` is app.js's: the forms that warn when they are left.
{
  const PAUSE_MS = 1200;
  const RETRY_MS = [4000, 10000, 30000, 60000];
  const form = document.querySelector("form[data-autosave]");
  const saying = document.querySelector("#saving");

  let timer = 0;
  let edits = 0, sent = 0, stored = 0;  // how many were made, are in the request, are known to be stored
  let inFlight = false;
  let failures = 0;
  let pressed = null;                   // the button of a submit that waits for the request on its way
  let sentValues = {};                  // by block, to tell where somebody typed on since

  const controlsOf = block => [...block.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const valueOf = control => (control.matches("[type=checkbox], [type=radio]") ? control.checked : control.value);
  const valuesOf = block => JSON.stringify(controlsOf(block).map(valueOf));
  const blocks = () => [...form.querySelectorAll(".section-block")];

  function plan(ms) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }

  function save() {
    clearTimeout(timer);
    // Where two values stand against each other, nothing is saved before somebody has chosen.
    if (edits === stored || inFlight || saying.querySelector("[data-conflict]")) return;
    htmx.trigger(form, "autosave");
  }

  function edited() {
    edits += 1;
    plan(PAUSE_MS);
  }

  function begin() {
    inFlight = true;
    sent = edits;
    sentValues = Object.fromEntries(blocks().map(block => [block.id, valuesOf(block)]));
  }

  // Further tries stay silent until one works.
  function fail(text) {
    if (!saying.querySelector("[data-failure]")) {
      const words = document.createElement("p");
      words.className = "bad";
      words.dataset.failure = "";
      words.textContent = text;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = "Try again";
      button.addEventListener("click", save);
      saying.replaceChildren(words, button);
    }
    plan(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  }

  function why(status) {
    if (!status) return "Not saved: the server could not be reached.";
    if (status < 400) return "Not saved: you are signed out. Sign in in another tab.";
    if (status === 403) return "Not saved: you signed in again in another tab. Press Save.";
    return "Not saved: the server had a problem.";
  }

  // The sign-in page would take the place of what was typed.
  function stay(event) {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
  }

  const isOurs = xhr => Boolean(xhr.status && xhr.getResponseHeader("X-Section"));

  function finish({ detail: { xhr } }) {
    const button = pressed;
    inFlight = false;
    pressed = null;
    if (!isOurs(xhr)) { fail(`${why(xhr.status)} What you typed is still here.`); return; }
    failures = 0;
    if (xhr.status >= 300) return;
    stored = sent;
    form.action = saying.querySelector("[data-form-action]").dataset.formAction;
    showLocalTime();
    if (button) form.requestSubmit(button);
    else if (edits === stored) dirty.delete(form);
    else plan(PAUSE_MS);
  }

  function showLocalTime() {
    const clock = saying.querySelector("[data-clock]");
    clock.textContent = new Date(clock.dateTime).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  }

  if (form) {
    form.addEventListener("input", edited);
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    form.addEventListener("htmx:configRequest", event => { event.detail.path = form.action; });
    form.addEventListener("htmx:beforeRequest", begin);
    form.addEventListener("htmx:beforeOnLoad", stay);
    form.addEventListener("htmx:beforeSwap", event => {
      event.detail.shouldSwap = isOurs(event.detail.xhr);
      event.detail.isError = false;
    });
    form.addEventListener("htmx:afterRequest", finish);
    for (const name of ["htmx:sendError", "htmx:timeout"]) form.addEventListener(name, event => event.stopPropagation());
    // What others changed comes anew, unless somebody typed there since: then its old mark stays with it, too.
    document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
      const before = sentValues[detail.target.id];
      if (before !== undefined && before !== valuesOf(detail.target)) detail.shouldSwap = false;
    });
    // Two requests that start from the same state would conflict with each other.
    form.addEventListener("submit", event => {
      clearTimeout(timer);
      if (!inFlight) return;
      event.preventDefault();
      event.stopPropagation();
      pressed = event.submitter;
    });
  }
}
