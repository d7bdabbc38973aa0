"""The links and pictures of one document, filled in: page links by id, files as ours, the rest noted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .media import Media
from .nodes import Node
from .report import ImportReport
from .targets import Targets

UNWRAPPED = {
    *("span", "u", "q", "ins", "mark", "small", "big", "center", "font", "abbr", "cite", "samp", "var", "tt", "dfn"),
    *("time", "address", "ruby", "rt", "rp", "picture", "article", "header", "footer", "main", "nav"),
}
RENAMED = {"strong": "b", "em": "i", "del": "s", "strike": "s", "samp": "code", "tt": "code"}
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol"}
PLAYED = {"video", "audio", "iframe", "object", "embed"}


@dataclass
class Linker:
    """Turns the addresses in a document into what the portal stores; ``page_ids`` by path of file or folder."""

    targets: Targets
    media: Media
    page_ids: Mapping[str, int]
    report: ImportReport
    path: str = ""

    def link(self, root: Node, path: str) -> None:
        """Change the tree of the file at ``path`` in place."""
        self.path = path
        self._children(root)

    def _note(self, node: Node, message: str, **values) -> None:
        self.report.add(self.path, node.line, message % values)

    def _children(self, node: Node) -> None:
        new: list[Node] = []
        for child in node.children:
            new.extend(self._one(child))
        node.children = new

    def _one(self, node: Node) -> list[Node]:
        if not node.tag:
            return [node]
        if node.tag in PLAYED:
            return self._played(node)
        if node.tag == "pre":
            return [node]
        self._children(node)
        handle: Callable[[Node], list[Node]] | None = {"a": self._a, "img": self._img, "input": self._input}.get(
            node.tag
        )
        if handle:
            return handle(node)
        node.tag = RENAMED.get(node.tag, node.tag)
        if node.tag in UNWRAPPED:
            return [*self._place(node), *node.children]
        if node.tag in ("source", "track", "colgroup", "col"):
            return []
        return [node]

    @staticmethod
    def _place(node: Node) -> list[Node]:
        """An empty element that keeps an id which links point at."""
        return [Node("span", {"id": node.attrs["id"]}, line=node.line)] if node.attrs.get("id") else []

    def _a(self, node: Node) -> list[Node]:
        href = node.attrs.get("href")
        place = self._place(node)
        if any(child.tag in BLOCKS for child in node.children):
            node.children = [part for child in node.children for part in _flat(child)]
            while node.children and node.children[0].is_blank:
                del node.children[0]
            while node.children and node.children[-1].is_blank:
                del node.children[-1]
        if href is None:
            return [*place, *node.children]
        if any(child.tag == "a" for child in node.find("a")):
            return [*place, *node.children]
        target = self.targets.find(href, self.path)
        if target.kind == "url":
            node.attrs = {"href": target.value}
        elif target.kind == "page":
            if target.anchor_missing:
                self._note(node, _("link to a place that isn't on that page: %(href)s"), href=href)
            page_id = self.page_ids.get(target.value)
            if page_id is None:
                self._note(node, _("link to a file that isn't there: %(href)s"), href=href)
                return [*place, *node.children]
            if target.value == self.path and target.anchor:
                node.attrs = {"href": f"#{target.anchor}"}
            else:
                node.attrs = {"linktype": "page", "id": str(page_id)}
                if target.anchor:
                    node.attrs["anchor"] = target.anchor
        elif target.kind == "file":
            document = self.media.document(target.value, self.path, node.line)
            if document is None:
                return [*place, *node.children]
            node.attrs = {"linktype": "document", "id": str(document)}
        elif href.startswith("#fn-"):
            node.attrs = {"href": href}
        else:
            self._note(node, _("link to a file that isn't there: %(href)s"), href=href)
            return [*place, *node.children]
        if not node.words and not any(True for _picture in node.find("embed")):
            if target.kind != "url":
                return place
            node.children = [Node(text=href, line=node.line)]
        return [*place, node]

    def _img(self, node: Node) -> list[Node]:
        src, alt = node.attrs.get("src", "").strip(), " ".join(node.attrs.get("alt", "").split())
        instead = [Node("i", line=node.line)] if alt else []
        if instead:
            instead[0].children = [Node(text=alt, line=node.line)]
        if re.match(r"^(https?:)?//", src):
            self._note(node, _("picture on another site, kept as a link: %(src)s"), src=src[:200])
            link = Node("a", {"href": src if src.startswith("http") else f"https:{src}"}, line=node.line)
            link.children = [Node(text=alt or src.rstrip("/").rpartition("/")[2] or src, line=node.line)]
            return [link]
        path = self.targets.find_file(src, self.path) if src else None
        if path is None:
            self._note(node, _("picture that isn't there: %(src)s"), src=src[:200] or "-")
            return instead
        image = self.media.image(path, self.path, node.line, alt)
        if image is None:
            return instead
        if not alt:
            self._note(node, _("picture without a description: %(src)s"), src=src[:200])
        title = " ".join(node.attrs.get("title", "").split())
        return [
            Node(
                "embed",
                {"embedtype": "image", "id": str(image), "alt": alt, "format": "fullwidth", "title": title},
                line=node.line,
            )
        ]

    def _input(self, node: Node) -> list[Node]:
        if node.attrs.get("type") != "checkbox":
            return []
        return [Node(text="☑" if "checked" in node.attrs else "☐", line=node.line)]

    def _played(self, node: Node) -> list[Node]:
        """A film, sound or page of another site becomes a link to it: captions and a written text aren't there."""
        addresses = [node.attrs.get("src") or node.attrs.get("data") or ""]
        addresses += [child.attrs.get("src", "") for child in node.find("source")]
        address = next((a for a in addresses if a), "")
        self._children(node)
        rest = [child for child in node.children if not child.is_blank]
        if not address:
            self._note(node, _("left out: %(what)s"), what=f"<{node.tag}>")
            return rest
        self._note(node, _("film or page from elsewhere, kept as a link: %(src)s"), src=address[:200])
        link = Node("a", {"href": address}, line=node.line)
        link.children = [Node(text=node.attrs.get("title") or address, line=node.line)]
        paragraph = Node("p", line=node.line)
        paragraph.children = self._a(link)
        return [paragraph, *rest]


def _flat(node: Node) -> list[Node]:
    """What a link may hold: no paragraphs or headings, but what is in them."""
    if node.tag in BLOCKS:
        inner = [part for child in node.children for part in _flat(child)]
        return [Node(text=" ", line=node.line), *inner, Node(text=" ", line=node.line)]
    return [node]
