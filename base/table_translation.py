"""Tables and wagtail-localize: a typed table is neither a struct nor a list to it, so it says itself what to translate.

Cells have no id of their own, and their place changes whenever a row is put in. What a cell says is its path: its
translation stays with it wherever it goes, and cells that say the same are translated once.
"""

import hashlib
from collections import defaultdict

from wagtail.rich_text import RichText
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import quote_path_component
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import extract_strings, restore_strings


def _path(kind: str, text: str) -> str:
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _source(cell) -> str:
    return getattr(cell, "source", "") or ""


def table_segments(table) -> list:
    """What is translated of a table whose cells are rich text: caption, headings and the text of every cell."""
    segments = [StringSegmentValue("caption", table.caption or "")]
    headings = dict.fromkeys(column["heading"] or "" for column in table.columns)
    segments += [StringSegmentValue(_path("heading", heading), heading) for heading in headings]
    for html in dict.fromkeys(_source(cell) for row in table.row_data for cell in row["values"]):
        segments += _cell_segments(_path("cell", html), html)
    return [segment for segment in segments if not segment.is_empty()]


def _cell_segments(path: str, html: str) -> list:
    template, strings = extract_strings(html)
    if not strings:
        return []
    hrefs = {attrs["href"] for _, tags in strings for attrs in tags.values() if "href" in attrs}
    return [
        TemplateSegmentValue(path, "html", template, len(strings)),
        *(StringSegmentValue(path, string, attrs=attrs) for string, attrs in strings),
        *(OverridableSegmentValue(quote_path_component(href), href).wrap(path) for href in sorted(hrefs)),
    ]


def translate_table(table, segments: list):
    """The source's table with the translated ``segments`` put in; what has none stays as it is."""
    by_path = defaultdict(list)
    for segment in segments:
        path, inner = segment.unwrap()
        by_path[path].append(inner)
    if "caption" in by_path:
        table.caption = by_path["caption"][0].render_text()
    for column in table.columns:
        if found := by_path.get(_path("heading", column["heading"] or "")):
            column["heading"] = found[0].render_text()
    for row in table.row_data:
        row["values"] = [_translated_cell(cell, by_path) for cell in row["values"]]
    return table


def _translated_cell(cell, by_path: dict[str, list]):
    found = by_path.get(_path("cell", _source(cell)))
    if not found:
        return cell
    _, template, strings = organise_template_segments(found)
    return RichText(restore_strings(template, strings))
