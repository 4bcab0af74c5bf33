// The compare tray: buttons all over the page follow what the server says the tray holds.
const tray = document.getElementById("tray");

document.addEventListener("tray", event => {
  for (const button of document.querySelectorAll("[data-compare]")) {
    const isPicked = event.detail.picks.includes(button.dataset.compare);
    button.setAttribute("aria-pressed", isPicked);
    button.value = isPicked ? "0" : "1";
  }
});

// Whoever removes one after the other stays in the tray.
let hadFocus = false;
tray?.addEventListener("htmx:beforeSwap", () => { hadFocus = tray.contains(document.activeElement); });
tray?.addEventListener("htmx:afterSettle", () => {
  if (hadFocus && !tray.contains(document.activeElement)) tray.querySelector(".pick button, #tray-undo")?.focus();
});
