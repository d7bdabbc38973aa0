"""The facts at the top of a file: YAML between ``---`` or TOML between ``+++``."""

import datetime
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from .report import ImportReport

FENCED = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
SUMMARY_KEYS = ("summary", "description", "explains", "toelichting", "excerpt")
WORD_KEYS = ("keywords", "tags", "categories", "topics")
ADDRESS_KEYS = ("slug", "permalink", "url", "redirect_from", "aliases", "id")
USED = {
    *SUMMARY_KEYS, *WORD_KEYS, *ADDRESS_KEYS, "title", "sidebar_label", "sidebar_position", "nav_order", "weight",
    "order", "position", "draft", "published", "unlisted", "date", "last_reviewed", "reviewed_on", "review_by",
    "link_title", "linkTitle", "nav_title",
}  # fmt: skip
# About the look of another site; nothing of it is shown to readers.
WITHOUT_MEANING = {
    "layout", "type", "toc", "sidebar", "hide_title", "hide_table_of_contents", "toc_max_heading_level",
    "toc_min_heading_level", "pagination_next", "pagination_prev", "sidebar_class_name", "displayed_sidebar",
    "custom_edit_url", "has_children", "parent", "nav_exclude", "className", "content_type", "lang", "locale",
    "sitemap", "mermaid", "math", "wrapperClassName", "id", "last_update", "lastmod", "sidebar_custom_props",
}  # fmt: skip
CLOSE_ENOUGH = re.compile(r"^([A-Za-z_][\w-]*):[ \t]*(.*)$", re.M)

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class FrontMatter:
    """What the top of a file says, in our terms; empty where it says nothing."""

    title: str = ""
    nav_title: str = ""
    summary: str = ""
    words: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    slug: str = ""
    position: float | None = None
    draft: bool = False
    date: datetime.date | None = None
    reviewed_on: datetime.date | None = None
    review_by: datetime.date | None = None
    lines: int = 0


def split_front_matter(text: str, path: str, report: ImportReport) -> tuple[FrontMatter, str]:
    """The facts and the text after them; broken front matter is noted and the text is kept whole.

    ``FrontMatter.lines`` is the number of lines taken off the top.
    """
    text = text.removeprefix("\ufeff")
    match = FENCED.match(text)
    if match is None:
        if text.startswith(("---\n", "+++\n")) and CLOSE_ENOUGH.match(text[4:]):
            report.add(path, 1, _("front matter has no end; read as text"))
        return FrontMatter(), text
    data = _parse(match.group(1), match.group(2), path, report)
    lines = text[: match.end()].count("\n")
    if data is None:
        return FrontMatter(), text
    facts = _facts(data, path, report)
    facts.lines = lines
    return facts, text[match.end() :]


def _parse(fence: str, source: str, path: str, report: ImportReport) -> dict | None:
    try:
        data = tomllib.loads(source) if fence == "+++" else yaml.load(source, Loader=_Loader)  # noqa: S506 - safe loader
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        report.add(
            path,
            (mark.line + 2) if mark else 1,
            _("front matter is broken: %(reason)s") % {"reason": str(getattr(error, "problem", error))[:120]},
        )
        # What can be read line by line is still better than nothing.
        return {key: value.strip().strip("\"'") for key, value in CLOSE_ENOUGH.findall(source)}
    if data is None:
        return {}
    if not isinstance(data, dict):
        # A rule between two lines of dashes with prose in between is no front matter.
        return None
    return {str(key): value for key, value in data.items()}


def _facts(data: dict[str, Any], path: str, report: ImportReport) -> FrontMatter:
    facts = FrontMatter(
        title=_text(data.get("title")),
        nav_title=next((_text(data[k]) for k in ("sidebar_label", "linkTitle", "link_title") if data.get(k)), ""),
        summary=next((_text(data[key]) for key in SUMMARY_KEYS if _text(data.get(key))), ""),
        words=[word for key in WORD_KEYS for word in _list(data.get(key))],
        addresses=[address for key in ADDRESS_KEYS for address in _list(data.get(key))],
        slug=_text(data.get("slug")).strip("/").rpartition("/")[2],
        draft=data.get("draft") in (True, "true", "True") or data.get("published") in (False, "false"),
    )
    for key in ("sidebar_position", "nav_order", "weight", "order", "position"):
        if data.get(key) is not None:
            facts.position = _number(data[key])
            if facts.position is None:
                report.add(path, 1, _("front matter: %(key)s isn't a number") % {"key": key})
            break
    facts.date = _date(data, ("date",), path, report)
    facts.reviewed_on = _date(data, ("last_reviewed", "reviewed_on"), path, report)
    facts.review_by = _date(data, ("review_by",), path, report)
    for key in data:
        if key not in USED and key not in WITHOUT_MEANING:
            value = data[key]
            if value not in (None, "", [], False):
                report.add(
                    path, 1, _("front matter not used: %(key)s = %(value)s") % {"key": key, "value": str(value)[:80]}
                )
    return facts


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return " ".join(str(value).split())


def _list(value: Any) -> list[str]:
    if isinstance(value, dict):
        return []
    rows = value if isinstance(value, list) else str(value or "").split(",")
    texts = (_text(row.get("label") or row.get("name") if isinstance(row, dict) else row) for row in rows)
    return [text for text in texts if text]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _date(data: dict, keys: tuple[str, ...], path: str, report: ImportReport) -> datetime.date | None:
    for key in keys:
        value = data.get(key)
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        if value:
            try:
                found = parse_date(str(value)[:10])
            except ValueError:
                found = None
            if found:
                return found
            report.add(
                path, 1, _("front matter: %(key)s isn't a date: %(value)s") % {"key": key, "value": str(value)[:40]}
            )
    return None
