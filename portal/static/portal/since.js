/* "Changed since your last visit". When somebody was here last stays on this device: the portal never hears of it. */
(() => {
  const box = document.querySelector("[data-since]");
  if (!box) return;
  const NAME = `manuals-seen:${document.currentScript.dataset.user}`;
  const MOST = 300;
  // Going back and forth within this time is one visit, in however many tabs.
  const ONE_VISIT = 30 * 60 * 1000;
  const { text, newest } = box.dataset;
  let seen;
  try {
    seen = JSON.parse(localStorage.getItem(NAME) || "{}");
  } catch {
    return;
  }
  if (!seen || typeof seen !== "object" || Array.isArray(seen)) seen = {};
  const now = Date.now();
  const last = Array.isArray(seen[text]) ? seen[text] : [newest, newest, now];
  // [the version seen last, the version seen on the visit before, when]
  const before = now - last[2] > ONE_VISIT ? last[0] : last[1];
  seen[text] = [newest, before, now];
  const kept = Object.entries(seen).sort(([, a], [, b]) => b[2] - a[2]).slice(0, MOST);
  try {
    localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A device that can't remember has no last visit either, but what was known before still holds.
  }
  if (String(before) === newest) return;
  const all = [...document.querySelectorAll("#changes [data-revision]")];
  const known = all.find((row) => row.dataset.revision === String(before));
  const isNewer = (row) => (known ? Number(row.dataset.at) > Number(known.dataset.at) : Number(row.dataset.revision) > Number(before));
  const rows = all.filter(isNewer);
  if (!rows.length) return;
  rows.sort((a, b) => Number(b.dataset.at) - Number(a.dataset.at));
  const lines = box.querySelector("[data-since-lines]");
  const add = (row) => {
    const line = row.querySelector("[data-line]");
    if (!line) return;
    const item = document.createElement("li");
    item.textContent = line.textContent;
    if (line.lang) item.lang = line.lang;
    lines.append(item);
  };
  const large = rows.filter((row) => row.dataset.size === "large");
  (large.length ? large : rows).forEach(add);
  box.querySelector("[data-since-small]").hidden = large.length > 0;
  const compare = box.querySelector("[data-since-compare]");
  const versions = new Set([...document.querySelectorAll("#changes [data-revision], #changes [data-first]")].map((row) => row.dataset.revision || row.dataset.first));
  // A version that was thrown away since can't be compared with any more.
  if (versions.has(String(before))) compare.search = `?before=${before}&after=${newest}`;
  box.hidden = false;
})();
