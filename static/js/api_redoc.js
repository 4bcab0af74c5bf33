"use strict";

// The reference page to read: Redoc from our own static files.
const place = document.getElementById("api-redoc");
const bar = document.querySelector(".bar");
const INK = "#1b1f24", LINKS = "#1b4f72", OURS = "inherit";

// It draws a logo from its maker's servers, and has no option against that; nobody else is asked from here.
Object.defineProperty(HTMLImageElement.prototype, "src", { set() {} });
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name !== "src") Element.prototype.setAttribute.call(this, name, value);
};

const options = {
  // Its search runs in a worker made of a blob, which our policy refuses: a blob could be any script.
  disableSearch: true,
  downloadDefinitionUrl: place.dataset.schema,
  scrollYOffset: () => (getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0),
  theme: {
    colors: { primary: { main: LINKS }, text: { primary: INK } },
    typography: { fontFamily: OURS, headings: { fontFamily: OURS }, links: { color: LINKS }, code: { color: INK } },
  },
};

// As JSON: left to itself it asks for YAML, which takes longer to write here and to read there.
fetch(place.dataset.schema, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
  .then((description) => window.Redoc.init(description, options, place))
  .catch(() => place.replaceChildren("The description could not be loaded. Reload the page."));
