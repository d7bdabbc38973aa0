// What htmx asked for went wrong: a notice says so, and what was typed stays where it is.
(() => {
  const { lost } = document.currentScript.dataset;
  const region = () => {
    let toasts = document.querySelector(".toasts");
    if (!toasts) {
      toasts = document.createElement("div");
      toasts.className = "toasts";
      document.body.append(toasts);
    }
    toasts.setAttribute("role", "alert");
    return toasts;
  };
  const show = (notice) => region().replaceChildren(notice);
  const say = (words) => {
    const notice = document.createElement("div");
    notice.className = "toast toast--stays";
    notice.append(Object.assign(document.createElement("p"), { textContent: words }));
    show(notice);
  };
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    // Signing in again, and sending it once more with a fresh token, have a way of their own: signed-out.js.
    if (xhr.status === 401 || xhr.getResponseHeader("X-Stale-Token")) return;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const notice = answer.querySelector("body > .toast");
    if (notice) show(notice);
    else say(lost);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say(lost));
})();
