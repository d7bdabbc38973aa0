// Who changes the language goes on with what they had typed. The link leaves the forms of this page for the next one, which
// fills them in. No files and no passwords; whatever is sent forgets them, and so do ten minutes.
(() => {
  const NAME = "typed";
  const MINUTES = 10;
  // These keep what is typed by themselves.
  const OTHERS = "[data-keep], [data-write]";
  const NEVER = ["file", "password", "submit", "button", "reset", "image"];

  const store = {
    get() { try { return JSON.parse(sessionStorage.getItem(NAME)); } catch { return null; } },
    set(value) { try { sessionStorage.setItem(NAME, JSON.stringify(value)); } catch { /* full, or forbidden */ } },
    drop() { try { sessionStorage.removeItem(NAME); } catch { /* forbidden */ } },
  };

  const forms = () => [...document.querySelectorAll('main form[method="post"]')].filter((form) => !form.matches(OTHERS) && !form.closest(".lang"));
  // Where it is sent to, which is the same in every language but for the language.
  const where = (form) => new URL(form.getAttribute("action") || "", location.href).pathname.replace(/^\/[a-z]{2}\//, "/");
  const fields = (form) => [...form.elements].filter(({ name, type }) => name && name !== "csrfmiddlewaretoken" && !NEVER.includes(type));
  const ticks = ({ type }) => type === "checkbox" || type === "radio";
  const plain = (field) => {
    if (ticks(field)) return field.checked;
    return field.multiple && field.options ? [...field.selectedOptions].map(({ value }) => value) : field.value;
  };
  const isChanged = (field) => {
    if (field.type === "hidden") return false;
    if (ticks(field)) return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    const stated = [...field.options].some(({ defaultSelected }) => defaultSelected);
    return [...field.options].some(({ selected, defaultSelected }, index) => selected !== (stated || field.multiple ? defaultSelected : index === 0));
  };
  // What came back with a mistake was typed as well.
  const isTyped = (form) => fields(form).some(isChanged) || form.querySelector(".field--error") !== null;

  function keep() {
    const typed = {};
    for (const form of forms()) {
      if (isTyped(form)) (typed[where(form)] ??= []).push(fields(form).map((field) => [field.name, ticks(field) ? field.value : null, plain(field)]));
    }
    if (Object.keys(typed).length) store.set({ at: Date.now(), typed });
    else store.drop();
  }

  function fill(form, kept) {
    const left = [...kept];
    let changed = false;
    for (const field of fields(form)) {
      const place = left.findIndex(([name, choice]) => name === field.name && choice === (ticks(field) ? field.value : null));
      if (place < 0) continue;
      const [[, , value]] = left.splice(place, 1);
      if (JSON.stringify(plain(field)) === JSON.stringify(value)) continue;
      if (ticks(field)) field.checked = value;
      else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
      if (field.type === "hidden") continue;
      changed = true;
      field.closest("details")?.setAttribute("open", "");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return changed;
  }

  function say() {
    const words = document.querySelector(".lang")?.dataset.kept;
    if (!words) return;
    const box = document.createElement("div");
    [box.className, box.role] = ["toasts", "status"];
    document.body.append(box);
    const toast = document.createElement("div");
    const line = document.createElement("p");
    toast.className = "toast";
    line.textContent = words;
    toast.append(line);
    // Read aloud only if the box was there before.
    requestAnimationFrame(() => box.append(toast));
  }

  function restore() {
    const kept = store.get();
    if (!kept) return;
    if (!(kept.at > Date.now() - MINUTES * 60000)) { store.drop(); return; }
    let found = false, changed = false;
    for (const form of forms()) {
      const values = kept.typed[where(form)]?.shift();
      if (!values) continue;
      found = true;
      changed = fill(form, values) || changed;
    }
    // A page that isn't there in the other language leaves them for the way back.
    if (found) store.drop();
    if (changed) say();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".lang a:not([aria-current])");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) keep();
  });
  document.addEventListener("submit", (event) => (event.target.closest(".lang") ? keep() : store.drop()));
  // Nothing that portal/keep.js left here stays behind on a device that others use, whichever page one signs out from.
  document.addEventListener("submit", (event) => {
    if (!event.target.action?.includes?.("/logout/")) return;
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("step:")).forEach((key) => localStorage.removeItem(key));
    } catch { /* forbidden */ }
  });
  // Other scripts of the page look first at what came from the server.
  document.addEventListener("DOMContentLoaded", restore);
})();
