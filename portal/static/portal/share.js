// Sharing on: copying, and the share sheet of the device. Without this file every way but the share sheet works too.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.setAttribute("aria-live", "polite");
    button.append(` – ${button.dataset.done}`);
  }, { once: true });
}
for (const form of document.querySelectorAll("[data-share]")) {
  const button = form.querySelector("[data-share-device]");
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = new FormData(form);
    const { title, url, count } = form.dataset;
    try {
      await navigator.share({ title, url, text: words.get(`text_${words.get("language")}`) });
    } catch {
      return; // Thought better of it.
    }
    // A total alone; what is counted says nothing of who.
    fetch(count, { method: "POST", body: words, redirect: "manual", keepalive: true });
  });
}
