"""A document's HTML as the blocks of a page: headings, text, tables, remarks, pictures, code."""

import json
import re
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from .nodes import Node
from .report import ImportReport
from .rich import LIST_INLINE, TEXT_INLINE, fits, formatted_html, inline_fits, inline_html, rich_html, survives_editing

NAMESPACE = UUID("6f0c0f0a-5f0e-4c8e-9c1b-2b7b1d5e7a10")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS, LIST_ENDS = ("<ul>", "<ol>"), ("</ul>", "</ol>")
ALERT = re.compile(r"^\s*\[!(\w+)\]\s*")
ALERT_TONES = {"note": "tip", "info": "tip", "tip": "tip", "important": "sun", "warning": "bad", "caution": "bad"}
HEAD_INLINE = TEXT_INLINE - {"a"} | {"p"}
TITLE_LIMIT, HEADING_LIMIT, CAPTION_LIMIT, ALT_LIMIT = 120, 200, 300, 255


@dataclass
class BlockMaker:
    """Makes the raw data of a StreamField; use one for one document. Ids of blocks depend on their content alone."""

    path: str
    report: ImportReport
    blocks: list[dict] = field(default_factory=list)
    _level: int = 1
    _has_h1: bool = False

    def make(self, root: Node) -> list[dict]:
        """The blocks of the document below ``root``, whose links and pictures are filled in."""
        self._has_h1 = any(True for _found in root.find("h1"))
        self._walk(root.children)
        return self._with_ids()

    def _add(self, kind: str, value) -> None:
        self.blocks.append({"type": kind, "value": value})

    def _walk(self, nodes: list[Node]) -> None:
        run: list[Node] = []
        for node in nodes:
            if not node.tag or node.tag in TEXT_INLINE or node.tag in ("embed", "span"):
                run.append(node)
                continue
            self._loose(run)
            run = []
            self._block(node)
        self._loose(run)

    def _loose(self, run: list[Node]) -> None:
        """Text and tags that stand outside any paragraph."""
        if any(not node.is_blank for node in run):
            paragraph = Node("p", line=run[0].line)
            paragraph.children = run
            self._paragraph(paragraph)

    def _block(self, node: Node) -> None:
        if node.tag in HEADINGS:
            self._heading(node)
        elif node.tag == "p":
            self._paragraph(node)
        elif node.tag == "pre":
            self._code(node)
        elif node.tag == "table":
            self._table(node)
        elif node.tag == "figure":
            self._figure(node)
        elif node.tag == "div" and "data-kind" in node.attrs:
            self._remark(node)
        elif node.tag == "blockquote":
            self._quotation(node)
        elif node.tag in ("ul", "ol", "hr"):
            self._rich(node)
        elif node.tag in ("dl", "details") or (node.tag == "section" and any(True for _li in node.find("li"))):
            self._formatted([node])
        else:
            if node.attrs.get("id"):
                self._formatted([Node("span", {"id": node.attrs["id"]}, line=node.line)])
            self._walk(node.children)

    def _heading(self, node: Node) -> None:
        text = node.words
        pictures = list(node.find("embed"))
        if not text and not pictures:
            return
        if any(True for _link in node.find("a")):
            self.report.add(self.path, node.line, _("link in a heading, its text is kept"))
        level = min(int(node.tag[1]) + self._has_h1, self._level + 1, 4)
        if text:
            self._level = level
            if len(text) > HEADING_LIMIT:
                self.report.add(self.path, node.line, _("heading longer than 200 characters, made a paragraph"))
                self._formatted([node])
            else:
                self._add("heading", {"text": text, "level": str(level), "anchor": node.attrs.get("id", "")})
        for picture in pictures:
            self._picture(picture)

    def _paragraph(self, node: Node) -> None:
        if node.is_blank:
            return
        parts = [child for child in node.children if child.tag or child.text.strip()]
        pictures = [self._only_picture(part) for part in parts if part.tag != "br"]
        if parts and all(pictures) and not node.attrs.get("id"):
            for picture in pictures:
                self._picture(picture)
        else:
            self._rich(node)

    def _only_picture(self, node: Node) -> Node | None:
        if node.tag == "embed":
            return node
        if node.tag == "a" and not node.words:
            found = list(node.find("embed"))
            if len(found) == 1:
                self.report.add(self.path, node.line, _("link around a picture left out"))
                return found[0]
        return None

    def _picture(self, node: Node, caption: str = "") -> None:
        alt = node.attrs.get("alt", "")
        caption = caption or node.attrs.get("title", "")
        if len(alt) > ALT_LIMIT:
            # Nothing a description says is lost: what the field can't hold stands below the picture.
            caption, alt = caption or alt, alt[: ALT_LIMIT - 1] + "…"
        shown = caption if len(caption) <= CAPTION_LIMIT else ""
        self._add(
            "image",
            {"image": {"image": int(node.attrs["id"]), "decorative": not alt, "alt_text": alt}, "caption": shown},
        )
        if caption and not shown:
            self._add_rich(f"<p>{inline_html([Node(text=caption)])}</p>")

    def _figure(self, node: Node) -> None:
        pictures = list(node.find("embed"))
        captions = list(node.find("figcaption"))
        if len(pictures) == 1 and len(captions) <= 1 and not any(True for _t in node.find("table", "pre", "ul", "ol")):
            self._picture(pictures[0], captions[0].words if captions else "")
        else:
            for caption in captions:
                caption.tag = "p"
            self._walk(node.children)

    def _code(self, node: Node) -> None:
        code = node.raw.strip("\n").rstrip()
        if not code.strip():
            return
        language = node.attrs.get("data-language", "")
        for inner in node.find("code"):
            match = re.search(r"language-([\w+#.-]+)", inner.attrs.get("class", ""))
            language = language or (match.group(1) if match else "")
        self._add("code", {"language": language[:40], "code": code})

    def _rich(self, node: Node) -> None:
        if node.is_blank and node.tag != "hr":
            return
        if fits(node, TEXT_INLINE) and not self._comes_back_in_pieces(node):
            self._add_rich(rich_html(node))
        else:
            self._formatted([node])

    @staticmethod
    def _comes_back_in_pieces(node: Node) -> bool:
        inner = {child.tag for child in node.find("ul", "ol")} if node.tag in ("ul", "ol") else set()
        return bool(inner - {node.tag}) and not survives_editing(rich_html(node))

    def _add_rich(self, html: str) -> None:
        if not html:
            return
        last = self.blocks[-1] if self.blocks else None
        # The editor makes one list of two that follow each other.
        lists = last and last["type"] == "rich_text" and html.startswith(LISTS) and last["value"].endswith(LIST_ENDS)
        if last and last["type"] == "rich_text" and not lists:
            last["value"] += html
        else:
            self._add("rich_text", html)

    def _formatted(self, nodes: list[Node]) -> None:
        html = formatted_html(nodes)
        if not html:
            return
        if self.blocks and self.blocks[-1]["type"] == "formatted":
            self.blocks[-1]["value"] += html
        else:
            self._add("formatted", html)

    def _quotation(self, node: Node) -> None:
        match = ALERT.match(node.raw)
        if match and match.group(1).lower() in ALERT_TONES:
            self._strip_alerts(node)
            kind = match.group(1).lower()
            remark = Node("div", {"data-kind": kind, "data-tone": ALERT_TONES[kind]}, line=node.line)
            remark.children = node.children
            self._remark(remark)
        else:
            self._rich(node)

    @staticmethod
    def _strip_alerts(node: Node) -> None:
        """Take the mark off the first, and make a word of those that follow inside the same remark."""
        first = True
        for part in node:
            if not part.tag and part.text.strip():
                part.text = ALERT.sub("" if first else lambda match: f" {match.group(1).capitalize()}: ", part.text)
                first = False

    def _remark(self, node: Node) -> None:
        title = ""
        body = [child for child in node.children if child.tag or child.text.strip()]
        if body and body[0].attrs.get("class") == "remark-title" and len(body[0].words) <= TITLE_LIMIT:
            title = body[0].words
            if not any(True for _link in body[0].find("a")):
                body = body[1:]
            else:
                title = ""
        if not body and title:
            body, title = [Node("p")], ""
            body[0].children = [Node(text=node.words)]
        holder = Node("div")
        holder.children = body
        runs = self._paragraphs_of(holder)
        if runs is not None and all(self._fits_small(part) for part in runs):
            html = "".join(rich_html(part) for part in runs)
            if html:
                self._add("callout", {"tone": node.attrs["data-tone"], "title": title, "text": html})
            return
        self._formatted([node])

    @staticmethod
    def _paragraphs_of(node: Node) -> list[Node] | None:
        """Its children with loose text put into paragraphs."""
        parts: list[Node] = []
        for child in node.children:
            if child.tag and child.tag not in TEXT_INLINE:
                parts.append(child)
            elif not child.is_blank or child.tag == "br" or parts and parts[-1].attrs.get("loose"):
                if not parts or not parts[-1].attrs.get("loose"):
                    parts.append(Node("p", {"loose": "1"}, line=child.line))
                parts[-1].children.append(child)
        return parts

    def _table(self, node: Node) -> None:
        rows = [row for row in node.find("tr") if any(cell.tag in ("td", "th") for cell in row.children)]
        cells = [[cell for cell in row.children if cell.tag in ("td", "th")] for row in rows]
        if not cells:
            self._walk(node.children)
            return
        head = cells[0] if all(cell.tag == "th" or self._is_bold(cell) for cell in cells[0]) else None
        width = max(len(row) for row in cells)
        if (
            head is None
            or len(cells) < 2
            or not all(cell.words and inline_fits(cell, HEAD_INLINE) for cell in head)
            or len(head) != width
            or any(True for _inner in node.find("table"))
            or not all(self._simple_cell(cell) for row in cells[1:] for cell in row)
        ):
            self._formatted([node])
            return
        captions = [child.words for child in node.children if child.tag == "caption"]
        self._add(
            "table",
            {
                "columns": [{"type": "text", "heading": cell.words} for cell in head],
                "rows": [
                    {"values": [self._cell(row[at]) if at < len(row) else "" for at in range(width)]}
                    for row in cells[1:]
                ],
                "caption": captions[0] if captions else "",
            },
        )

    @staticmethod
    def _is_bold(cell: Node) -> bool:
        """Whether all of a cell is bold: what word processors make of a header."""
        return bool(cell.words) and cell.words == " ".join(part.words for part in cell.find("b"))

    def _simple_cell(self, cell: Node) -> bool:
        if any(cell.attrs.get(name, "1") not in ("", "1") for name in ("colspan", "rowspan")) or cell.attrs.get("id"):
            return False
        return all(self._fits_small(part) for part in self._paragraphs_of(cell))

    def _fits_small(self, part: Node) -> bool:
        """Whether the small editor of remarks and cells can hold it."""
        return part.tag in ("p", "ul", "ol") and fits(part, LIST_INLINE) and not self._comes_back_in_pieces(part)

    def _cell(self, cell: Node) -> str:
        return "".join(rich_html(part) for part in self._paragraphs_of(cell))

    def _with_ids(self) -> list[dict]:
        seen: dict[str, int] = {}
        for block in self.blocks:
            key = f"{self.path}|{block['type']}|{json.dumps(block['value'], sort_keys=True)}"
            seen[key] = number = seen.get(key, -1) + 1
            block["id"] = str(uuid5(NAMESPACE, f"{key}|{number}"))
        return self.blocks
