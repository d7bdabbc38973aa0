// Suggestions below a search box, by the combobox pattern. Without this file the box is an ordinary form.
(() => {
  const SHORTEST = 2;
  const WAIT = 200;

  function attach(form) {
    const { suggest, box } = form.dataset;
    const input = form.querySelector("input[name=q]");
    const place = document.getElementById(`suggest-${box}`);
    const status = document.getElementById(`suggest-${box}-status`);
    const listId = `suggest-${box}-list`;
    let timer = 0;
    let asking = null;
    let shownFor = null;
    let current = -1;

    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox", "aria-controls": listId,
    })) input.setAttribute(name, value);
    // What aria-controls names is there from the start.
    place.innerHTML = `<div id="${listId}" role="listbox" hidden></div>`;

    const list = () => document.getElementById(listId);
    const options = () => [...place.querySelectorAll("[role=option]")];
    const isOpen = () => input.getAttribute("aria-expanded") === "true";

    function choose(index) {
      const all = options();
      current = index;
      all.forEach((option, number) => option.setAttribute("aria-selected", String(number === index)));
      if (all[index]) {
        input.setAttribute("aria-activedescendant", all[index].id);
        all[index].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    function open() {
      if (isOpen() || !options().length) return;
      list().hidden = false;
      input.setAttribute("aria-expanded", "true");
    }

    function close() {
      choose(-1);
      if (list()) list().hidden = true;
      input.setAttribute("aria-expanded", "false");
      status.textContent = "";
    }

    function stop() {
      clearTimeout(timer);
      asking?.abort();
      asking = null;
    }

    async function ask() {
      const typed = input.value.trim();
      stop();
      if (typed.length < SHORTEST) {
        shownFor = null;
        close();
        return;
      }
      const mine = new AbortController();
      asking = mine;
      try {
        const query = new URLSearchParams({ q: input.value, box });
        const answer = await fetch(`${suggest}?${query}`, { signal: mine.signal, credentials: "same-origin", redirect: "error" });
        const html = await answer.text();
        // A later question has been asked, or the reader went elsewhere.
        if (!answer.ok || asking !== mine || document.activeElement !== input) return;
        place.innerHTML = html;
        list().hidden = true;
        input.setAttribute("aria-expanded", "false");
        shownFor = typed;
        choose(-1);
        open();
        status.textContent = list().dataset.status || "";
      } catch { /* No answer: the form works all the same. */ }
    }

    function move(key) {
      const last = options().length - 1;
      if (key === "ArrowDown") return choose(current >= last ? -1 : current + 1);
      if (key === "ArrowUp") return choose(current < 0 ? last : current - 1);
      return choose(key === "Home" ? 0 : last);
    }

    input.addEventListener("input", () => {
      stop();
      choose(-1);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const arrow = event.key === "ArrowDown" || event.key === "ArrowUp";
      if (event.key === "Escape" && isOpen()) {
        // The first time only the list goes, the second time what was typed.
        event.preventDefault();
        stop();
        close();
      } else if (arrow && !isOpen()) {
        event.preventDefault();
        if (shownFor === input.value.trim()) open();
        else ask();
      } else if (arrow || ((event.key === "Home" || event.key === "End") && current >= 0)) {
        event.preventDefault();
        move(event.key);
      } else if (event.key === "Enter" && isOpen() && current >= 0) {
        event.preventDefault();
        options()[current].click();
      } else if (event.key === "Enter" || event.key === "Tab") {
        stop();
      }
    });
    // The box keeps the focus while an option is pressed, so that the list doesn't go before the link is followed.
    place.addEventListener("mousedown", (event) => event.preventDefault());
    place.addEventListener("mouseover", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(options().indexOf(option));
    });
    input.addEventListener("blur", () => { stop(); close(); });
    input.addEventListener("focus", () => { if (shownFor && shownFor === input.value.trim()) open(); });
    window.addEventListener("pageshow", close);
  }

  document.querySelectorAll("form[data-suggest]").forEach(attach);
})();
