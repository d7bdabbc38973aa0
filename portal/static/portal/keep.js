// A form of a step. What is typed goes to the server every ten seconds and on leaving; until it is there it stays on this
// device under the person's own key. Files wait for the button.
const form = document.querySelector("form[data-keep]");
const said = form?.dataset;
// The same in every language.
const here = form && `step:${said.user}:${said.keep.replace(/^\/[a-z]{2}\//, "/")}`;
const OFFLINE = "offline", SIGNED_OUT = "signed out";
const MONTH = 30 * 24 * 3600 * 1000;
const status = form?.querySelector("[data-keep-status]");

const local = {
  get: () => { try { return JSON.parse(localStorage.getItem(here)); } catch { return null; } },
  set: (values) => { try { localStorage.setItem(here, JSON.stringify({ values, at: Date.now() })); } catch { /* full or closed: the server has it */ } },
  drop: () => { try { localStorage.removeItem(here); } catch { /* as above */ } },
};

function say(text, link, url) {
  status.textContent = link ? `${text} ` : text;
  if (!link) return;
  const a = document.createElement("a");
  [a.href, a.textContent] = [url, link];
  status.append(a);
}
function sayTrouble(trouble) {
  if (trouble === SIGNED_OUT) say(said.saidSignIn, said.linkSignIn, `${said.signIn}?next=${encodeURIComponent(location.pathname)}`);
  else say(said.saidKeptHere);
}

// Names are "f-" and the id of the field.
const read = () => Object.fromEntries([...new FormData(form)].filter(([name, value]) => name.startsWith("f-") && typeof value === "string").map(([name, value]) => [name.slice(2), value]));
function write(values) {
  for (const [name, value] of Object.entries(values)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(`f-${name}`)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type !== "file") field.value = value;
    }
  }
}

// Without the version, which says nothing of what was typed.
const typed = ({ version, ...values }) => JSON.stringify(values);

let token = form?.querySelector("[name=csrfmiddlewaretoken]").value;
function useToken(fresh) {
  if (!fresh) return;
  token = fresh;
  form.querySelector("[name=csrfmiddlewaretoken]").value = fresh;
}
async function reach(options = {}) {
  let response;
  try {
    response = await fetch(said.keep, { redirect: "manual", ...options });
  } catch {
    throw OFFLINE;
  }
  if (response.type === "opaqueredirect" || response.status === 401) throw SIGNED_OUT;
  if (response.status >= 500 || response.status === 429) throw OFFLINE;
  return response;
}
async function freshToken() {
  useToken((await (await reach()).json()).token);
}
async function post(values, leaving) {
  const body = JSON.stringify({ values });
  const send = () => reach({ method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: leaving && body.length < 15000 });
  const response = await send();
  if (response.status !== 403) return response;
  await freshToken();
  return send();
}

let saved = form && JSON.stringify(read());
let busy = null, closed = false, going = false;
function save(leaving = false) {
  if (!busy) busy = send(leaving).finally(() => { busy = null; });
  return busy;
}
async function send(leaving) {
  const values = read();
  const plain = JSON.stringify(values);
  if (closed || going || plain === saved) return;
  local.set(values);
  try {
    const response = await post(values, leaving);
    const answer = await response.json().catch(() => ({}));
    useToken(answer.token);
    if (response.ok) {
      // What the server gave in its place (the version that stands now) goes along with the next.
      write(answer.values ?? {});
      saved = JSON.stringify({ ...values, ...answer.values });
      if (JSON.stringify(read()) === saved) local.drop();
    }
    closed = response.status === 409;
    say(answer.said ?? (response.ok ? "" : said.saidKeptHere));
  } catch (trouble) { sayTrouble(trouble); }
}

// A form that was open for a day goes on with a fresh token, and not at all while nobody is signed in.
async function go(event) {
  event.preventDefault();
  if (going) return;
  going = true;
  const { submitter } = event;
  local.set(read());
  // What is on its way already is there first: the form goes with the version that came back.
  await busy;
  try {
    await freshToken();
    if (submitter?.name) {
      const input = document.createElement("input");
      [input.type, input.name, input.value] = ["hidden", submitter.name, submitter.value];
      form.append(input);
    }
    local.drop();
    form.submit();
  } catch (trouble) { sayTrouble(trouble); }
  setTimeout(() => { going = false; }, 3000);
}

if (form) {
  const left = local.get();
  if (left?.values && left.at > Date.now() - MONTH && typed(left.values) !== typed(read())) {
    write(left.values);
    say(said.saidFound);
  } else local.drop();
  form.addEventListener("submit", go);
  form.addEventListener("input", () => local.set(read()));
  form.addEventListener("focusout", () => save());
  setInterval(() => save(), 10000);
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
  // Nothing stays behind on a device that others use.
  document.querySelectorAll('form[action*="/logout/"]').forEach((other) => other.addEventListener("submit", () => { closed = true; local.drop(); }));
  addEventListener("pageshow", (event) => { if (event.persisted) { going = false; freshToken().catch(() => {}); } });
}
