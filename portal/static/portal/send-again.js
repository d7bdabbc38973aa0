// A form that was sent too late: once somebody signed in again in another tab, it gets the token of that sign-in.
(() => {
  const form = document.querySelector("form[data-fresh-token]");
  const status = form?.querySelector("[data-fresh-status]");
  const isStranger = () => document.querySelector("a[target=_blank]") !== null;

  async function refresh() {
    try {
      const response = await fetch(form.dataset.freshToken, { redirect: "manual" });
      if (!response.ok) return;
      form.querySelector("[name=csrfmiddlewaretoken]").value = (await response.json()).token;
      if (isStranger()) status.textContent = status.dataset.ready;
    } catch { /* Without an answer the form asks once more. */ }
  }

  if (form) {
    addEventListener("focus", refresh);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
  }
})();
