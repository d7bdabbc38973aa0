"""Following links as a reader's browser would."""

from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from django.test import Client

LINKS = (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("video", "src"))
MORE_LINKS = (("video", "poster"), ("track", "src"), ("iframe", "src"), ("use", "href"), ("form", "action"))


def links_in(html: bytes | str, base: str = "/") -> set[str]:
    """Every address a page names, without the part behind #, whole where it is on another host."""
    soup = BeautifulSoup(html, "html.parser")
    found = set()
    for tag, attribute in LINKS + MORE_LINKS:
        for element in soup.find_all(tag, **{attribute: True}):
            if tag == "form" and element.get("method", "get").lower() != "get":
                continue
            found.add(element[attribute])
    for element in soup.find_all(srcset=True):
        found |= {part.strip().split(" ")[0] for part in element["srcset"].split(",")}
    return {urldefrag(urljoin(base, address))[0] for address in found if not address.startswith(("mailto:", "tel:"))}


def crawl(client: Client, starts: Iterable[str], limit: int = 2000) -> dict[str, object]:
    """``{address: response}`` of everything reachable by links from ``starts``; static files are named, not fetched."""
    waiting, answers = list(starts), {}
    while waiting:
        address = waiting.pop(0)
        if address in answers or urlsplit(address).netloc or address.startswith("/static/"):
            continue
        assert len(answers) < limit, "The crawl doesn't end: do addresses grow?"
        response = answers[address] = client.get(address)
        if response.status_code in (301, 302):
            waiting.append(urljoin(address, response["Location"]))
        elif not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            waiting.extend(sorted(links_in(response.content, address)))
    return answers
