// A form that was sent too late: once somebody signed in again in another tab, it gets the token of that sign-in.
(() => {
  const form = document.querySelector("form[data-fresh-token]");
  const status = form?.querySelector("[data-fresh-status]");
  const isStranger = () => document.querySelector("a[target=_blank]") !== null;

  // Without an answer the form asks once more.
  async function refresh() {
    if ((await refreshTokens(form.dataset.freshToken, form)) && isStranger()) status.textContent = status.dataset.ready;
  }

  if (form) {
    addEventListener("focus", refresh);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
  }
})();
