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
