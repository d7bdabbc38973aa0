"""The stories that colleagues sent in, and what happened to each, in the order in which it happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from stories.models import CallInvitation, StoryCall, StoryEvent, StoryPage, StoryTheme, Submission
from stories.promises import answer_promised_by
from stories.services.calling import tell_asked
from stories.services.moving import record

from .clock import clock_at, working_moment
from .content import Voice, load
from .registry import Registry, key_of
from .story_deeds import StoryDeeds


def add_themes(registry: Registry, voices: dict[str, Voice]) -> None:
    """What stories are about."""
    for name, title in load("story_places")["themes"].items():
        if registry.is_new(f"theme/{name}"):
            dutch, english = (voices[language].say(title, name) for language in ("nl", "en"))
            StoryTheme.objects.get_or_create(name=dutch, defaults={"name_en": english})
            registry.note(f"theme/{name}")


def _ask_by_name(registry: Registry) -> None:
    for call in load("story_places")["calls"]:
        name = f"asked/{call['key']}"
        if registry.is_new(name) and "asked" in call:
            page = StoryCall.objects.get(pk=registry.page(f"call/{call['key']}"))
            for person in call["asked"]:
                CallInvitation.objects.create(call=page, person_id=registry.person(person))
            tell_asked(call=page)
            registry.note(name)


def live_stories(registry: Registry, voices: dict[str, Voice]) -> int:
    """Let everything happen that hasn't yet, oldest first; returns how many stories that were about."""
    lives = _Lives(registry, voices)
    with clock_at(working_moment(voices["nl"].today, 3, "09:00")):
        _ask_by_name(registry)
    for moment, happen in lives.in_order():
        with clock_at(moment):
            happen()
    for name in lives.names:
        registry.note(name)
    return len(lives.names)


class _Lives:
    def __init__(self, registry: Registry, voices: dict[str, Voice]):
        self.registry = registry
        self.today = voices["nl"].today
        self.deeds = StoryDeeds(registry, voices)
        self.standing = [s for s in load("stories") if self._is_to_come(f"life/{s['key']}", standing=s["key"])]
        self.sent = [s for s in load("sent_stories") if self._is_to_come(f"life/{s['key']}")]

    @property
    def names(self) -> list[str]:
        return [f"life/{story['key']}" for story in [*self.standing, *self.sent]]

    def in_order(self) -> list[tuple[datetime, Callable[[], None]]]:
        """Everything that happens, with its moment."""
        found = [happening for story in self.standing for happening in self._adoption(story)]
        found += [(self._moment(deed), self._deed(story, deed)) for story in self.standing for deed in story["life"]]
        for story in self.sent:
            found += [(self._moment(deed), self._deed(story, deed)) for deed in story.get("life", [])]
            if "life" not in story:
                found.append((self._moment({"when": [0, "08:15"]}), lambda story=story: self.deeds.write(story)))
        return sorted(found, key=lambda happening: happening[0])

    def _is_to_come(self, name: str, standing: str = "") -> bool:
        if not self.registry.is_new(name):
            return False
        # Somebody may have thrown the page away since.
        return not standing or StoryPage.objects.filter(translation_key=key_of(f"stories/{standing}")).exists()

    def _moment(self, deed: dict[str, Any]) -> datetime:
        return working_moment(self.today, *deed["when"])

    def _deed(self, story: dict, deed: dict) -> Callable[[], None]:
        return lambda: self.deeds.do(story, deed)

    def _adoption(self, story: dict) -> list[tuple[datetime, Callable[[], None]]]:
        """A story that stands as a page was once sent and approved, too: the figures count it."""
        page = StoryPage.objects.get(pk=self.registry.page(f"stories/{story['key']}"))
        sent = page.date - timedelta(hours=story["answered_after_hours"])
        moderator = self.registry.person(story["read_by"])
        return [
            (sent, lambda: _adopt(page, sent)),
            (page.date, lambda: _approve(page, moderator)),
        ]


def _adopt(page: StoryPage, sent: datetime) -> None:
    is_first = not Submission.objects.filter(story__author=page.author).exists()
    submission = Submission.objects.create(
        story=page, submitted_at=sent, due_at=answer_promised_by(sent, 2), is_first_story=is_first
    )
    record(submission, StoryEvent.Kind.SENT, actor=page.author, revision=page.latest_revision)


def _approve(page: StoryPage, moderator_pk: int) -> None:
    submission = Submission.objects.get(story=page)
    submission.state, submission.decided_at = Submission.State.PUBLISHED, page.date
    submission.save(update_fields=["state", "decided_at"])
    actor = type(page.author).objects.get(pk=moderator_pk)
    for kind in (StoryEvent.Kind.CLAIMED, StoryEvent.Kind.APPROVED, StoryEvent.Kind.PUBLISHED):
        record(submission, kind, actor=actor)
