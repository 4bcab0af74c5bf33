// The compare tray: buttons all over the page follow what the server says the tray holds. A module, so that it is
// run once, however often htmx puts the tray into the page anew.
const tray = () => document.getElementById("tray");
let isFromTray = false;

document.addEventListener("tray", event => {
  for (const button of document.querySelectorAll("[data-compare]")) {
    const isPicked = event.detail.picks.includes(button.dataset.compare);
    button.setAttribute("aria-pressed", isPicked);
    button.value = isPicked ? "0" : "1";
  }
});

// Whoever removes one after the other stays in the tray.
document.addEventListener("htmx:beforeRequest", event => { isFromTray = Boolean(tray()?.contains(event.detail.elt)); });
document.addEventListener("htmx:afterSettle", event => {
  if (!isFromTray || !tray()?.contains(event.target)) return;
  for (const control of tray().querySelectorAll(".pick button, a, #tray-undo")) {
    control.focus();
    if (document.activeElement === control) break;
  }
});
