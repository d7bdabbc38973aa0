"""A small tree of HTML, quick to make from HTML that is well-formed already."""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "embed", "input", "source", "track", "col"}
SPACES = re.compile(r"[ \t\n\r\f]+")


class Node:
    """An element, or a piece of text where ``tag`` is empty."""

    __slots__ = ("attrs", "children", "line", "tag", "text")

    def __init__(self, tag: str = "", attrs: dict[str, str] | None = None, text: str = "", line: int = 0):
        self.tag, self.attrs, self.text, self.line = tag, attrs or {}, text, line
        self.children: list[Node] = []

    def __iter__(self) -> Iterator["Node"]:
        """This node and all below it, in order."""
        yield self
        for child in self.children:
            yield from child

    def find(self, *tags: str) -> Iterator["Node"]:
        """All elements below with one of these names."""
        return (node for child in self.children for node in child if node.tag in tags)

    @property
    def words(self) -> str:
        """The text, with single spaces."""
        return SPACES.sub(" ", self.raw).strip()

    @property
    def raw(self) -> str:
        """The text as it stands; a line break for ``br``."""
        return "".join(node.text if not node.tag else "\n" if node.tag == "br" else "" for node in self)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to see: no text but space, no picture, no rule, no id."""
        return not any(
            (not node.tag and node.text.strip(" \t\n\r"))
            or node.tag in ("img", "embed", "hr", "input")
            or node.attrs.get("id")
            for node in self
        )


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        line = int(values.pop("data-line", "0") or 0) or self.open[-1].line
        node = Node(tag, values, line=line)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(Node(text=data, line=self.open[-1].line))


def read_nodes(html: str) -> Node:
    """The tree of well-formed ``html``."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def attributes(values: dict[str, str]) -> str:
    """Attributes as they stand in a tag, with the space before them."""
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())
