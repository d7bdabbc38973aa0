// A video elsewhere: the frame is made after the click; until then nothing is loaded from there.
customElements.define("hosted-video", class extends HTMLElement {
  connectedCallback() {
    const link = this.querySelector("a");
    link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const frame = document.createElement("iframe");
      frame.src = this.dataset.src;
      frame.title = this.dataset.title;
      frame.allow = "autoplay; fullscreen; picture-in-picture";
      // These hosts refuse to play when they can't see which site asks; the page's address stays private.
      frame.referrerPolicy = "strict-origin";
      this.replaceChildren(frame);
      frame.focus();
    });
  }
});
