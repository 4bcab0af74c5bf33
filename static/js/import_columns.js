// Samples follow the column that is chosen for a field. Without this, they are those of the last answer.
document.addEventListener("DOMContentLoaded", () => {
  const mapping = document.querySelector("[data-mapping]");
  const samples = [...document.querySelectorAll("[data-samples] > li")].map((item) => item.textContent);
  mapping?.addEventListener("change", (event) => {
    const shown = document.querySelector(`[data-samples-of="${event.target.id}"] [data-sample]`);
    if (shown) shown.textContent = samples[Number(event.target.value || -1)] || "–";
  });
});
