// The form for stories. What is typed goes to the server every ten seconds and on leaving; until it is there it stays on
// this device: words in localStorage, photos in IndexedDB, each under the person's own key.
const form = document.querySelector("form[data-write]");
const said = form?.dataset;
const PREFIX = `story:${said?.user}:`;
const OFFLINE = "offline", SIGNED_OUT = "signed out";
const MONTH = 30 * 24 * 3600 * 1000;

const status = document.getElementById("write-status");
function say(text, link, url) {
  const wanted = link ? `${text} ${link}` : text;
  if (status.textContent.trim() === wanted) return;
  status.textContent = link ? `${text} ` : text;
  if (!link) return;
  const a = document.createElement("a");
  [a.href, a.textContent] = [url, link];
  status.append(a);
}
const sayTrouble = (trouble) => {
  if (trouble === SIGNED_OUT) {
    say(said.saidSignIn, said.linkSignIn, `${said.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
  } else say(navigator.onLine ? said.saidKept : said.saidOffline);
};

// Asking the server -------------------------------------------------------------------------------
let token = form?.querySelector("[name=csrfmiddlewaretoken]")?.value;
function useToken(fresh) {
  if (!fresh) return;
  token = fresh;
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = fresh; });
}
async function reach(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { redirect: "manual", ...options });
  } catch {
    throw OFFLINE;
  }
  if (response.type === "opaqueredirect" || response.status === 401) throw SIGNED_OUT;
  if (response.status >= 500 || response.status === 429) throw OFFLINE;
  return response;
}
async function freshToken() {
  useToken((await (await reach(said.token)).json()).token);
}
async function post(url, body, options = {}) {
  const send = () => reach(url, { method: "POST", body, headers: { "X-CSRFToken": token }, ...options });
  const response = await send();
  if (response.status !== 403) return response;
  await freshToken();
  return send();
}

// What is typed -------------------------------------------------------------------------------------
const WORDS = ["title", "text", "language", "theme", "channel", "call"];
function read() {
  const data = new FormData(form);
  if (said.step === "words") {
    return Object.fromEntries(WORDS.filter((name) => data.has(name)).map((name) => [name, data.get(name)]));
  }
  if (said.step !== "photos") return null;
  const photos = {};
  form.querySelectorAll("[data-photo]").forEach(({ dataset: { photo } }) => {
    photos[photo] = {
      alt_text: data.get(`${photo}-alt_text`), caption: data.get(`${photo}-caption`),
      is_decorative: data.has(`${photo}-is_decorative`), nobody_recognisable: data.has(`${photo}-nobody_recognisable`),
      people: data.getAll(`${photo}-people`),
    };
  });
  return { photos };
}
function put(name, value) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = value === true;
    else field.value = value ?? "";
  }
}
function write(values) {
  for (const [name, value] of Object.entries(values)) {
    if (name !== "photos") { put(name, value); continue; }
    for (const [photo, words] of Object.entries(value)) {
      for (const field of ["alt_text", "caption", "is_decorative", "nobody_recognisable"]) put(`${photo}-${field}`, words[field]);
    }
  }
  count();
}
const plain = (values) => JSON.stringify(values && { ...values, title: values.title?.trim(), text: values.text?.replace(/\r/g, "").trim() });

// On this device ------------------------------------------------------------------------------------
const here = `${PREFIX}${said?.key}:${said?.step}`;
const local = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or forbidden */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
};

// Saving --------------------------------------------------------------------------------------------
let version = Number(said?.version || 0);
let saved = form && plain(read());
let tried = [];
let busy = null;
let stuck = false;

const changed = () => said.step !== "check" && plain(read()) !== saved;
function keepHere() {
  if (changed()) local.set(here, { version, values: read(), at: Date.now() });
}
async function save(leaving = false) {
  if (stuck || !changed()) return !stuck;
  keepHere();
  if (busy) { await busy; return changed() ? save(leaving) : true; }
  const values = read();
  const attempt = async () => {
    tried = [...tried.slice(-9), plain(values)];
    const body = JSON.stringify({ version, values });
    const response = await post(said.save, body, { keepalive: leaving && body.length < 15000 });
    const answer = await response.json().catch(() => ({}));
    useToken(answer.token);
    if (response.ok) return took(answer, values);
    if (answer.sent) { stuck = true; say(answer.said, said.linkEarlier, answer.url); return false; }
    if (response.status === 409) {
      // An answer that never arrived: what is there is what was sent from here.
      const ours = tried.includes(plain({ ...values, ...pick(answer.values, Object.keys(values)) }));
      if (ours && !values.photos) { version = answer.version; saved = null; return attempt(); }
      conflict(answer, values);
    } else if (!response.ok && answer.errors) say(Object.values(answer.errors).flat().join(" "));
    else say(said.saidKept);
    return false;
  };
  busy = attempt().catch((trouble) => { sayTrouble(trouble); return false; });
  const done = await busy;
  busy = null;
  return done;
}
const pick = (values, names) => Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
function took(answer, values) {
  version = answer.version;
  saved = plain(values);
  tried = [];
  put("version", String(version));
  if (!changed()) local.drop(here);
  say(answer.said);
  // A reload comes back to this draft, not to another empty form.
  if (location.pathname === said.drafts) history.replaceState(null, "", said.draft);
  return true;
}
function conflict(theirs, mine) {
  stuck = true;
  local.set(here, { version, values: mine, at: Date.now() });
  const box = document.getElementById("write-conflict").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-theirs]").textContent = said.step === "words" ? `${theirs.values.title}\n\n${theirs.values.text}` : "";
  box.querySelector("[data-keep]").addEventListener("click", () => {
    [version, stuck, saved] = [theirs.version, false, null];
    write(mine);
    box.remove();
    save();
  });
  box.querySelector("[data-take]").addEventListener("click", () => {
    local.drop(here);
    saved = plain(read());
    location.assign(`${said.draft}?step=${said.step}`);
  });
  document.querySelector("[data-conflict]")?.remove();
  form.prepend(box);
  box.focus();
  say(said.saidElsewhere);
}

// Going on: only once the server can be reached and knows us ----------------------------------------
let waiting = null;
async function go(submitter) {
  keepHere();
  // What is on its way already makes a newer version: sending on top of the older one would be a conflict with oneself.
  while (busy) await busy;
  try {
    await freshToken();
    while (busy) await busy;
    if (stuck) { document.querySelector("section[data-conflict]")?.focus(); return; }
    if (submitter?.name) {
      const input = document.createElement("input");
      [input.type, input.name, input.value] = ["hidden", submitter.name, submitter.value];
      form.append(input);
    }
    put("version", String(version));
    form.submit();
  } catch (trouble) {
    waiting = submitter || form;
    if (trouble === SIGNED_OUT) sayTrouble(trouble);
    else say(said.saidWaits);
  }
}
function goOn() {
  if (!waiting) return false;
  const submitter = waiting === form ? null : waiting;
  waiting = null;
  go(submitter);
  return true;
}

// Left from an earlier visit --------------------------------------------------------------------------
async function sendLeftovers() {
  for (const key of local.keys()) {
    const [, , draft, step] = key.split(":");
    const left = local.get(key);
    if (!left || left.at < Date.now() - MONTH) { local.drop(key); continue; }
    if (key === here) continue;
    try {
      const response = await post(said.save.replace(said.key, draft), JSON.stringify(left));
      if (response.ok || response.status === 404) local.drop(key);
      if (response.ok && draft !== said.key && step === "words") say(said.saidEarlier, said.linkEarlier, said.draft.replace(said.key, draft));
      if (response.status === 409 && (await response.json()).sent) local.drop(key);
    } catch { return; }
  }
}
function restore() {
  const left = local.get(here);
  if (!left?.values) return;
  if (plain(left.values) === saved) { local.drop(here); return; }
  if (left.version === version) { write(left.values); say(said.saidFound); save(); }
  else conflict({ version, values: read() }, left.values);
}

// Text: counter, toolbar, preview -----------------------------------------------------------------------
const text = form?.querySelector("textarea[name=text]");
function count() {
  const line = document.getElementById("write-count");
  if (!line || !text) return;
  const room = Number(text.dataset.limit) - [...text.value].length;
  line.textContent = (room < 0 ? said.saidOver : said.saidLeft).replace("%s", Math.abs(room).toLocaleString(document.documentElement.lang));
}
function insert(before, after, placeholder = "") {
  const [from, to] = [text.selectionStart, text.selectionEnd];
  const chosen = text.value.slice(from, to) || placeholder;
  text.focus();
  text.setRangeText(before + chosen + after, from, to, "end");
  text.setSelectionRange(from + before.length, from + before.length + chosen.length);
  count();
}
function insertLines(mark) {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const lines = text.value.slice(from, text.selectionEnd).split("\n");
  text.focus();
  text.setRangeText(lines.map((line) => mark + line).join("\n"), from, text.selectionEnd, "end");
  count();
}
function dress() {
  const tools = document.getElementById("write-tools");
  if (!text || !tools) return;
  tools.hidden = false;
  text.addEventListener("input", count);
  count();
  tools.addEventListener("click", ({ target }) => {
    const { around, line, link } = target.closest("button")?.dataset ?? {};
    if (around) insert(around, around);
    if (line) insertLines(line);
    if (link) insert("[", `](https://${link})`, link);
  });
  document.getElementById("write-look").addEventListener("click", async () => {
    const box = document.getElementById("write-preview");
    const data = new FormData();
    data.set("title", form.elements.title.value);
    data.set("text", text.value);
    try {
      const response = await post(said.preview, data);
      if (!response.ok) throw OFFLINE;
      // Written and cleaned by the server.
      box.innerHTML = await response.text();
      box.hidden = false;
      box.focus();
    } catch (trouble) { sayTrouble(trouble); }
  });
}

// Photos ------------------------------------------------------------------------------------------------
function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("story-photos", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const request = act(opening.result.transaction("photos", mode).objectStore("photos"));
      request.onsuccess = () => { resolve(request.result); opening.result.close(); };
      request.onerror = () => { reject(request.error); opening.result.close(); };
    };
  });
}
const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
const forget = (key) => store("readwrite", (photos) => photos.delete(key)).catch(() => {});
const list = document.getElementById("write-waiting");

async function thumbnail(file) {
  const canvas = document.createElement("canvas");
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 176 });
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
  } catch { return null; }
  return canvas;
}
async function row(photo) {
  const item = document.createElement("li");
  item.className = "drop";
  item.dataset.key = photo.key;
  const line = document.createElement("p");
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "text-button", textContent: said.saidDiscard });
  drop.addEventListener("click", () => { forget(photo.key); item.remove(); });
  item.append(line, drop);
  list.append(item);
  const small = await thumbnail(photo.file);
  if (small) item.prepend(small);
  return item;
}
const uploading = new Set();
async function upload(photo) {
  if (uploading.has(photo.key)) return;
  uploading.add(photo.key);
  const isHere = list && photo.draft === said.key;
  const item = isHere ? list.querySelector(`[data-key="${photo.key}"]`) ?? (await row(photo)) : null;
  const tell = (words) => { if (item) { item.querySelector("p").textContent = `${photo.file.name}: ${words}`; say(words); } };
  try {
    tell(said.saidSending);
    const data = new FormData();
    data.set("key", photo.key);
    data.set("photo", photo.file, photo.file.name);
    const response = await post(said.photos.replace(said.key, photo.draft), data);
    await forget(photo.key);
    if (response.ok && item) {
      const cards = document.getElementById("write-cards");
      cards.insertAdjacentHTML("beforeend", await response.text());
      saved = plain({ photos: { ...JSON.parse(saved).photos, ...pick(read().photos, [photo.key]) } });
      item.remove();
      people(cards.lastElementChild);
      say(said.saidAdded);
    } else if (!response.ok) tell((await response.text()).slice(0, 300) || said.saidFailed);
  } catch (trouble) {
    tell(said.saidPhoto);
    if (trouble === SIGNED_OUT) sayTrouble(trouble);
  }
  uploading.delete(photo.key);
}
async function waitingPhotos() {
  const all = await store("readonly", (photos) => photos.getAll()).catch(() => []);
  for (const photo of all) if (photo.at < Date.now() - MONTH) await forget(photo.key);
  return all.filter((photo) => String(photo.user) === said.user && photo.at >= Date.now() - MONTH);
}
async function uploadWaiting() {
  for (const photo of await waitingPhotos()) await upload(photo);
}
function takePhotos() {
  const input = form.querySelector("input[type=file]");
  input?.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) {
      const photo = { key: newKey(), user: said.user, draft: said.key, file, at: Date.now() };
      await store("readwrite", (photos) => photos.put(photo)).catch(() => {});
      await upload(photo);
    }
  });
}

// Colleagues on a photo -----------------------------------------------------------------------------------
function people(card) {
  const box = card.querySelector("[data-people]");
  const input = box?.querySelector("input[name$=-who]");
  if (!input) return;
  const found = document.createElement("div");
  found.className = "cluster cluster--tight";
  input.after(found);
  let timer, asked = 0;
  const choose = (person) => {
    const label = document.createElement("label");
    label.className = "chip";
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: box.dataset.people, value: person.pk, checked: true });
    label.append(tick, person.name);
    if (!box.querySelector(`[data-chosen] input[value="${person.pk}"]`)) box.querySelector("[data-chosen]").append(label);
    input.value = input.value.split(",").slice(0, -1).join(",");
    found.replaceChildren();
    card.querySelector("[name$=-nobody_recognisable]").checked = false;
    input.focus();
    save();
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const words = input.value.split(",").pop().trim();
      const turn = ++asked;
      if (words.length < 2 || words.includes("@")) { found.replaceChildren(); return; }
      try {
        const response = await fetch(`${said.colleagues}?q=${encodeURIComponent(words)}`, { redirect: "manual" });
        const answer = await response.json();
        if (turn !== asked) return;
        const rows = answer.people ?? [];
        found.replaceChildren(...rows.map((person) => {
          const button = Object.assign(document.createElement("button"), { type: "button", className: "chip" });
          button.textContent = person.job ? `${person.name}, ${person.job}` : person.name;
          button.addEventListener("click", () => choose(person));
          return button;
        }));
        say(answer.said ?? (rows.length ? said.saidPeople.replace("%s", rows.length) : said.saidNobody));
      } catch { /* typing the whole name works as well */ }
    }, 400);
  });
}

// All together ----------------------------------------------------------------------------------------------
async function signOut(event) {
  event.preventDefault();
  await save();
  await uploadWaiting();
  // Nothing stays behind on a device that others use.
  local.keys().forEach(local.drop);
  for (const photo of await waitingPhotos()) await forget(photo.key);
  event.target.submit();
}
if (form) {
  dress();
  form.querySelectorAll("[data-photo]").forEach(people);
  takePhotos();
  restore();
  sendLeftovers();
  uploadWaiting();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    waiting = null;
    if (!form.dataset.going) {
      form.dataset.going = "1";
      go(event.submitter).finally(() => setTimeout(() => delete form.dataset.going, 3000));
    }
  });
  form.addEventListener("input", keepHere);
  form.addEventListener("focusout", () => save());
  setInterval(() => { if (!goOn()) save(); }, 10000);
  addEventListener("online", () => { if (!goOn()) { save(); uploadWaiting(); sendLeftovers(); } });
  addEventListener("offline", () => sayTrouble(OFFLINE));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
  addEventListener("pageshow", (event) => { if (event.persisted) freshToken().catch(() => {}); });
  document.querySelectorAll('form[action*="/logout/"]').forEach((other) => other.addEventListener("submit", signOut));
}
