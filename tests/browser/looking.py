"""What is looked at on any page of a journey."""

from axe_playwright_python.sync_playwright import Axe


def violations(page, within: str | None = None) -> list[str]:
    """What axe finds, everywhere or within a selector.

    In the tallest window that holds the page: a bar over content is reported otherwise.
    """
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(height, 600)})
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    found = Axe().run(page, within).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def scrolls_sideways(page) -> bool:
    """Whether something is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


# Links within running text may be as small as the text is.
_TARGETS = """
button, summary, select, textarea, input:not([type=hidden]), .button, .chip, .text-button, .icon-button, nav a, .alone,
:is(.route__title, .row__title, .kicker) a
"""


def small_targets(page) -> list[str]:
    """What is to be pressed, chosen or filled in and is under 44 pixels; a tick counts with its label, folds are opened."""
    return page.evaluate(
        """(targets) => {
          document.querySelectorAll("details").forEach((fold) => { fold.open = true });
          const small = [];
          for (const found of document.querySelectorAll(targets)) {
            const isTick = ["checkbox", "radio"].includes(found.type);
            const target = (isTick && found.labels[0]) || found;
            // A card that is one large link is as large as the card.
            const isCard = getComputedStyle(target, "::after").position === "absolute";
            const isSeen = target.checkVisibility({ visibilityProperty: true }) && getComputedStyle(target).clipPath === "none";
            const { width, height } = target.getBoundingClientRect();
            // A link of one short word is as wide as the word.
            const least = target.matches("a:not(.button)") ? height : Math.min(width, height);
            if (isSeen && !isCard && width && least < 43.5) {
              small.push(`${target.outerHTML.slice(0, 120)}: ${Math.round(width)} x ${Math.round(height)}`);
            }
          }
          return small;
        }""",
        _TARGETS,
    )
