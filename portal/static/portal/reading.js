/* Counts once per device that a story was read. The device remembers it, not the portal; without a script nothing is counted. */
(() => {
  const { url, token, story } = document.currentScript.dataset;
  const NAME = "stories-read";
  const MOST = 500;
  const LOOKED_AT = 3000;
  const known = () => {
    try {
      return JSON.parse(localStorage.getItem(NAME) || "[]");
    } catch {
      return null;
    }
  };
  const count = () => {
    const seen = known();
    const csrf = document.querySelector("[name=csrfmiddlewaretoken]");
    // A device that can't remember would count again at every visit.
    if (!Array.isArray(seen) || seen.includes(story) || !csrf) return;
    try {
      localStorage.setItem(NAME, JSON.stringify([...seen, story].slice(-MOST)));
    } catch {
      return;
    }
    const body = new FormData();
    body.append("token", token);
    body.append("csrfmiddlewaretoken", csrf.value);
    fetch(url, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => {
      localStorage.setItem(NAME, JSON.stringify(seen));
    });
  };
  let timer;
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(count, LOOKED_AT);
  };
  document.addEventListener("visibilitychange", look);
  look();
})();
