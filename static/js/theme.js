// Blocks rendering on purpose: the stored theme must be set before the first paint, or the page flashes.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage is closed: the system's theme it is */ }
