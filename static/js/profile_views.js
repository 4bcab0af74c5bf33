// Tells once, after the page is there, that somebody looked at it. Whether that counts, the server knows.
const { viewed } = document.querySelector("script[data-viewed]").dataset;
const token = document.querySelector("input[name=csrfmiddlewaretoken]");
if (token) fetch(viewed, { method: "POST", headers: { "X-CSRFToken": token.value }, keepalive: true }).catch(() => {});
