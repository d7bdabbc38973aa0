// Tells that a result or a suggestion was opened, at which place of the list: words and a number, nobody's name. Links stay plain.
(() => {
  const { url } = document.currentScript.dataset;
  const tell = (q, rank, suggested) => {
    const csrf = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!csrf || !navigator.sendBeacon) return;
    const body = new FormData();
    body.append("q", q);
    body.append("rank", rank);
    body.append("suggested", suggested ? "1" : "0");
    body.append("csrfmiddlewaretoken", csrf.value);
    navigator.sendBeacon(url, body);
  };
  const look = (event) => {
    if (event.type === "auxclick" && event.button !== 1) return;
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const list = link.closest("[data-searched]");
    if (list) {
      const place = [...list.children].findIndex((row) => row.contains(link));
      tell(list.dataset.searched, (list.start || 1) + place, false);
      return;
    }
    // "Search for ..." is no suggestion: what becomes of it is counted on the page of results.
    const suggestions = link.matches(".suggest__all") ? null : link.closest(".suggest");
    const box = suggestions?.closest("form")?.querySelector("[name=q]");
    if (box) tell(box.value, [...suggestions.querySelectorAll("a[href]")].indexOf(link) + 1, true);
  };
  document.addEventListener("click", look);
  document.addEventListener("auxclick", look);
})();
