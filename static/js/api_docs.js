"use strict";

// The reference page: Swagger UI from our own static files, calling the API as the signed-in person.
const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  // It draws a main landmark of its own within ours.
  onComplete: () => place.querySelectorAll("main").forEach((each) => each.setAttribute("role", "group")),
  requestInterceptor: (request) => {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (isOurs && !request.headers.Authorization) request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
