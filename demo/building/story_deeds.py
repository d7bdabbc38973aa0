"""What can happen to a story of the demo: each thing is done by the service that the portal does it with."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Page

from base.models import PortalImage
from conversations.services import add_reaction
from people.models import User
from stories.models import Portrayal, StoryCall, StoryDraft, StoryIndexPage, StoryReach, StoryTheme, Submission
from stories.services import (
    appeal_decision,
    approve_story,
    approve_with_edits,
    ask_changes,
    claim_story,
    decline_story,
    mark_read_along,
    pass_on_late_stories,
    save_draft,
    send_story,
    withdraw_story,
)
from stories.services.pictures import held_collection
from stories.services.portraying import hide_photo
from stories.services.reporting import report_story
from stories.services.sharing import ask_release, release_story
from stories.services.snapshots import choice_for, content_hash
from stories.services.using import note_use

from .content import FOLDER, Voice, load
from .errors import ContentError
from .registry import Registry, key_of


class StoryDeeds:
    """Does to the stories of ``sent_stories.yaml`` and ``stories.yaml`` what their "life" says.

    Each ``do_...`` takes the story (as the content file has it) and the deed; the clock stands at its moment already.
    """

    def __init__(self, registry: Registry, voices: dict[str, Voice]):
        self.registry = registry
        self.voices = voices
        self.pictures = load("pictures")

    def do(self, story: dict[str, Any], deed: dict[str, Any]) -> None:
        """Do one thing; raises ``ContentError`` for what nobody can do."""
        run = getattr(self, f"do_{deed['do']}", None)
        if run is None:
            raise ContentError(f"{story['key']}: nobody can {deed['do']!r}.")
        run(story, deed)

    def write(self, story: dict[str, Any]) -> StoryDraft:
        """Save what its author typed."""
        author = self._person(story["author"])
        values = {
            "title": story["title"],
            "text": story["text"],
            "language": story["language"],
            "theme": StoryTheme.objects.get(pk=self.registry.theme(story["theme"])),
            "call": self._call(story.get("call")),
            "channel": self._channel(story.get("channel"), story["language"]),
        }
        draft = save_draft(author=author, key=self._key(story), version=0, values=values)
        for order, photo in enumerate(story.get("photos", [])):
            self._add_photo(draft, story, photo, order)
        return draft

    def do_send(self, story, deed):
        """The author sends it in."""
        send_story(draft=self.write(story), author=self._person(story["author"]), now=timezone.now())

    def do_claim(self, story, deed):
        """A moderator takes it up."""
        claim_story(submission=self._submission(story), moderator=self._person(deed["by"]))

    def do_approve(self, story, deed):
        """A moderator approves it."""
        approve_story(
            submission=self._submission(story),
            moderator=self._person(deed["by"]),
            comment=deed.get("comment", ""),
        )

    def do_edit(self, story, deed):
        """A moderator approves it with edits; the author agrees first where the title or the meaning changed."""
        text = story["text"]
        for old, new in deed["replace"].items():
            if old not in text:
                raise ContentError(f"{story['key']}: {old!r} isn't in its text.")
            text = text.replace(old, new)
        approve_with_edits(
            submission=self._submission(story),
            moderator=self._person(deed["by"]),
            title=deed.get("title", story["title"]),
            text=text,
            comment=deed["comment"],
        )

    def do_ask_changes(self, story, deed):
        """A moderator asks the author to change it."""
        ask_changes(
            submission=self._submission(story),
            moderator=self._person(deed["by"]),
            reason=deed["reason"],
            comment=deed["comment"],
        )

    def do_decline(self, story, deed):
        """A moderator says no."""
        decline_story(
            submission=self._submission(story),
            moderator=self._person(deed["by"]),
            reason=deed["reason"],
            comment=deed["comment"],
        )

    def do_appeal(self, story, deed):
        """The author asks that somebody else looks."""
        appeal_decision(
            submission=self._submission(story), author=self._person(story["author"]), comment=deed["comment"]
        )

    def do_withdraw(self, story, deed):
        """The author takes it back."""
        withdraw_story(
            submission=self._submission(story), author=self._person(story["author"]), comment=deed["comment"]
        )

    def do_read_along(self, story, deed):
        """A moderator reads afterwards what appeared at once."""
        mark_read_along(submission=self._submission(story), moderator=self._person(deed["by"]))

    def do_pass_on(self, story, deed):
        """The clock passes on what waits too long."""
        pass_on_late_stories(timezone.now())

    def do_hide_photo(self, story, deed):
        """Somebody in a picture has it hidden."""
        person = self._person(deed["by"])
        path = f"demo/photos/{story['key']}/{deed['picture']}.webp"
        row = Portrayal.objects.get(story=self._submission(story).story, person=person, image__source_path=path)
        hide_photo(portrayal=row, person=person, now=timezone.now())

    def do_report(self, story, deed):
        """A colleague reports it."""
        report_story(
            page=self._submission(story).story,
            reporter=self._person(deed["by"]),
            reason=deed["reason"],
            comment=deed["comment"],
            now=timezone.now(),
        )

    def do_ask_release(self, story, deed):
        """The author asks whether it may go outside."""
        ask_release(
            submission=self._submission(story),
            by=self._person(story["author"]),
            with_name=deed.get("with_name", False),
        )

    def do_give_release(self, story, deed):
        """A moderator lets it go outside."""
        submission = self._submission(story)
        seen = content_hash(submission.story, choice_for(submission.story))
        release_story(submission=submission, moderator=self._person(deed["by"]), seen=seen)

    def do_react(self, story, deed):
        """Colleagues react, each in one way."""
        page = self._submission(story).story
        for name, kind in deed["by"].items():
            add_reaction(user=self._person(name), page=page, kind=kind)

    def do_use(self, story, deed):
        """An editor takes it up in a page of the company story."""
        page = Page.objects.get(pk=self.registry.page(deed["page"])).specific
        key = self._submission(story).story.translation_key
        note_use(story_key=key, page=page, actor=self._person(deed["by"]))

    def do_reads(self, story, deed):
        """So many devices showed it by then."""
        StoryReach.objects.update_or_create(
            story_id=self._submission(story).story_id, defaults={"readers": deed["readers"]}
        )

    def _key(self, story):
        return key_of(f"sent/{story['key']}")

    def _submission(self, story) -> Submission:
        standing = Submission.objects.filter(story__translation_key=key_of(f"stories/{story['key']}"))
        sent = Submission.objects.filter(story__drafts__key=self._key(story))
        return standing.first() or sent.get()

    def _person(self, name: str) -> User:
        return User.objects.get(pk=self.registry.person(name))

    def _call(self, name: str | None) -> StoryCall | None:
        return StoryCall.objects.get(pk=self.registry.page(f"call/{name}")) if name else None

    def _channel(self, name: str | None, language: str) -> StoryIndexPage | None:
        if name is None:
            return None
        return StoryIndexPage.objects.get(translation_key=key_of(f"channel/{name}"), locale__language_code=language)

    def _add_photo(self, draft: StoryDraft, story: dict, photo: dict, order: int) -> None:
        name, voice = photo["picture"], self.voices[story["language"]]
        alt = voice.say(self.pictures[name]["alt"], story["key"])
        image = PortalImage(
            title=self.pictures[name]["title"],
            description=alt,
            collection=held_collection(),
            uploaded_by_user=draft.author,
            source_path=f"demo/photos/{story['key']}/{name}.webp",
        )
        image.file = ContentFile((FOLDER / "photos" / f"{name}.webp").read_bytes(), name=f"{name}.webp")
        image.save()
        row = draft.photos.create(
            key=key_of(f"sent/{story['key']}/{name}"),
            image=image,
            alt_text=alt,
            caption=photo.get("caption", ""),
            nobody_recognisable=photo.get("nobody", False),
            sort_order=order,
        )
        row.people.set([self.registry.person(person) for person in photo.get("people", [])])
