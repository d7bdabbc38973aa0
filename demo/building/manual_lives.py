"""What happened to the manuals of the demo since they were written: changes, followers, and what readers said."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from base.access import is_visible
from base.translation.by_string import translate_page
from guidelines.models import PageChange, Size
from guidelines.reading.changes import edition_of
from guidelines.services.changes import tell_followers, word_line
from guidelines.services.feedback import answer_feedback, give_feedback
from guidelines.services.following import follow_manual
from people.models import User

from .clock import clock_at, working_moment
from .content import load
from .pages import PageBuilder
from .registry import key_of
from .specs import PageSpec, all_specs

KINDS = {"changes": ("page", "changed"), "follows": ("manual", "since"), "feedback": ("page", "given")}


def live_manuals(builder: PageBuilder) -> int:
    """Let everything happen that wasn't made before, oldest first; returns how many things that was."""
    lives = _Lives(builder)
    for moment, happen in sorted(lives.happenings, key=lambda pair: pair[0]):
        with clock_at(moment):
            happen()
            tell_followers(timezone.now())
    for name in lives.names:
        builder.registry.note(name)
    return len(lives.names)


class _Lives:
    """What happens, by its moment; nothing of a page that somebody threw away or changed since."""

    def __init__(self, builder: PageBuilder):
        self.builder, self.registry = builder, builder.registry
        self.specs = {spec.name: spec for spec in all_specs()}
        self.names: list[str] = []
        self.happenings: list[tuple[datetime, Callable[[], None]]] = []
        for kind, (about, when) in KINDS.items():
            for row in load("manual_lives")[kind]:
                name = f"{kind}/{row.get('person', '')}/{row[about]}/{row[when]}"
                if self.registry.is_new(name) and self._page(row[about]) is not None:
                    self.names.append(name)
                    self.happenings += getattr(self, f"_{kind}")(row)

    def _at(self, days_ago: int, clock: str) -> datetime:
        return working_moment(self.builder.today, days_ago, clock)

    def _person(self, name: str) -> User:
        return User.objects.get(pk=self.registry.person(name))

    def _page(self, name: str) -> Page | None:
        page = Page.objects.live().filter(translation_key=key_of(name), alias_of=None).order_by("pk").first()
        return page and page.specific

    def _changes(self, row: dict[str, Any]) -> list[tuple[datetime, Callable[[], None]]]:
        spec = self.specs[row["page"]]
        # Once it was different; then it became what its file says, which is the large change.
        return [
            (self._at(row["changed"] + 60, "09:30"), lambda: self._publish(spec, row, row["before"])),
            (self._at(row["changed"], "10:40"), lambda: self._publish(spec, row, None)),
        ]

    def _publish(self, spec: PageSpec, row: dict[str, Any], summary: dict[str, str] | None) -> None:
        """In both languages, with this summary; without one, as the file has it, and as a large change."""
        page, by = self._page(spec.name), self._person(row["by"])
        self.builder.fill(page, spec, "nl")
        if summary:
            page.summary = summary["nl"]
        else:
            page.change_size, page.change_note = Size.LARGE.value, row["line"]["nl"]
        page.save_revision(user=by).publish()
        page = self._page(spec.name)
        english = page.get_translations().filter(locale__language_code="en", alias_of=None).first()
        if english is None:
            return
        twin = spec.model()
        self.builder.fill(twin, spec, "en")
        twin.slug = english.slug
        if summary:
            twin.summary = summary["en"]
        translated = translate_page(page, twin, self.builder.locales["en"], self.builder.editor)
        change = PageChange.objects.of_page(translated.pk).first()
        if summary is None and change is not None and change.is_large:
            word_line(change=change, line=row["line"]["en"])

    def _follows(self, row: dict[str, Any]) -> list[tuple[datetime, Callable[[], None]]]:
        person = self._person(row["person"])
        follow = lambda: follow_manual(user=person, manual_key=key_of(row["manual"]))  # noqa: E731
        return [(self._at(row["since"], "08:50"), follow)]

    def _feedback(self, row: dict[str, Any]) -> list[tuple[datetime, Callable[[], None]]]:
        happenings = [(self._at(row["given"], "13:15"), lambda: self._say(row))]
        if "answered" in row:
            happenings.append((self._at(row["answered"], "15:30"), lambda: self._answer(row)))
        return happenings

    def _say(self, row: dict[str, Any]):
        person, page = self._person(row["person"]), self._page(row["page"])
        if not is_visible(page, person):
            return None
        return give_feedback(
            page=page,
            edition=edition_of(page),
            user=person,
            is_useful=row["useful"],
            comment=row.get("comment"),
            with_name=row.get("with_name", False),
        )

    def _answer(self, row: dict[str, Any]) -> None:
        given = self._person(row["person"]).manual_feedback.filter(page_key=key_of(row["page"])).first()
        if given is not None:
            answer_feedback(
                feedback=given,
                status=row["status"],
                answer=row["answer"],
                by=self._person(row["by"]),
                seen=given.version,
            )
