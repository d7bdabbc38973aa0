"""Tables and wagtail-localize: a typed table is neither a struct nor a list to it, so it says itself what to translate.

Cells have no id of their own; their place in the table is the path, as ``r0-c1`` (row, column, from 0).
"""

from collections import defaultdict

from wagtail.rich_text import RichText
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import quote_path_component
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import extract_strings, restore_strings


def table_segments(table) -> list:
    """What is translated of a table whose cells are rich text: caption, headings and the text of every cell."""
    segments = [StringSegmentValue("caption", table.caption or "")]
    segments += [
        StringSegmentValue(f"h{index}", column["heading"] or "") for index, column in enumerate(table.columns)
    ]
    for row_index, row in enumerate(table.row_data):
        for column_index, value in enumerate(row["values"]):
            segments += _cell_segments(f"r{row_index}-c{column_index}", getattr(value, "source", "") or "")
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
    """The table with the translated ``segments`` put in; places that no longer exist are skipped."""
    by_place = defaultdict(list)
    for segment in segments:
        place, inner = segment.unwrap()
        by_place[place].append(inner)
    for place, inner in by_place.items():
        if place == "caption":
            table.caption = inner[0].render_text()
        elif place.startswith("h") and int(place[1:]) < len(table.columns):
            table.columns[int(place[1:])]["heading"] = inner[0].render_text()
        elif place.startswith("r"):
            row, column = (int(number) for number in place[1:].split("-c"))
            if row < len(table.row_data) and column < len(table.columns):
                _, template, strings = organise_template_segments(inner)
                table.row_data[row]["values"][column] = RichText(restore_strings(template, strings))
    return table
