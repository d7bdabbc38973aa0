// A part of a page that was asked for after the session ended: the page stays as it is, with what was typed, and says so.
// Once somebody signed in again in another tab, every form here gets the token of that sign-in.
(() => {
  const { signIn, freshToken, saidOut, linkIn, saidAgain } = document.currentScript.dataset;
  let toasts = null;

  function say(text, link) {
    toasts?.remove();
    toasts = document.createElement("div");
    toasts.className = "toasts";
    toasts.setAttribute("role", "alert");
    const toast = document.createElement("div");
    toast.className = "toast toast--stays";
    const words = document.createElement("p");
    words.textContent = text;
    toast.append(words);
    if (link) {
      const a = document.createElement("a");
      [a.href, a.target, a.textContent] = [signIn, "_blank", link];
      toast.append(a);
    }
    toasts.append(toast);
    document.body.append(toasts);
  }

  const refresh = () => refreshTokens(freshToken, document);

  async function comeBack() {
    if (!toasts?.querySelector("a") || !(await refresh())) return;
    toasts.remove();
    toasts = null;
  }

  document.addEventListener("htmx:responseError", async ({ detail: { xhr } }) => {
    if (xhr.status === 401) say(saidOut, linkIn);
    // Signed in again in another tab: this page has the token of before.
    else if (xhr.status === 403 && xhr.getResponseHeader("X-Stale-Token") && (await refresh())) say(saidAgain);
  });
  addEventListener("focus", comeBack);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") comeBack(); });
})();
