/* Marks in the contents which part is being read. Without a script the contents are plain links. */
(() => {
  const lists = [...document.querySelectorAll("[data-contents]")];
  const links = lists.flatMap((list) => [...list.querySelectorAll('a[href^="#"]')]);
  const places = [...new Set(links.map((link) => decodeURIComponent(link.hash.slice(1))))]
    .map((id) => document.getElementById(id))
    .filter(Boolean);
  if (!places.length || !("IntersectionObserver" in window)) return;
  // A part is being read when its heading is this far from the top, where links land.
  const READ_TO = 160;
  let current;

  const show = (place) => {
    if (place === current) return;
    current = place;
    for (const link of links) {
      if (place && decodeURIComponent(link.hash.slice(1)) === place.id) {
        link.setAttribute("aria-current", "true");
        // Only the list scrolls; the page stays where the reader is.
        const box = link.closest("[data-follows]");
        if (box && box.scrollHeight > box.clientHeight) {
          const above = link.getBoundingClientRect().top - box.getBoundingClientRect().top;
          if (above < 0 || above > box.clientHeight - link.offsetHeight) box.scrollTop += above - box.clientHeight / 2;
        }
      } else link.removeAttribute("aria-current");
    }
    for (const here of document.querySelectorAll("[data-contents-here]")) {
      const link = place && links.find((other) => decodeURIComponent(other.hash.slice(1)) === place.id);
      here.textContent = link ? link.textContent : "";
    }
  };
  const look = () => {
    const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = places.filter((place) => place.getBoundingClientRect().top <= (ended ? innerHeight : READ_TO));
    show(passed.at(-1));
  };
  const watch = new IntersectionObserver(look, { rootMargin: `-${READ_TO}px 0px 0px 0px`, threshold: [0, 1] });
  places.forEach((place) => watch.observe(place));
  const end = document.querySelector("footer");
  if (end) new IntersectionObserver(look).observe(end);
  for (const fold of document.querySelectorAll("details[data-contents]")) {
    fold.addEventListener("click", (event) => {
      if (event.target.closest("a")) fold.open = false;
    });
  }
})();
