"""Makes the pages in the language they were written in."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page

from competencies.models import CompetencyPage, ProfileRequirement
from onboarding.models import StepPage, StepPrerequisite
from onboarding.services.opening import open_before_start
from people.models import Team
from stories.models import StoryPhoto

from .asking import AskingBuilder
from .bodies import BodyBuilder
from .content import Voice
from .errors import ContentError
from .registry import Registry, key_of
from .specs import TRUNK, PageSpec

TEXTS = ("title", "summary", "applies_to", "closing_text", "example", "why")


class PageBuilder:
    """Makes pages from specs; ``voices`` by language code."""

    def __init__(self, registry: Registry, voices: dict[str, Voice], editor):
        self.registry = registry
        self.voices = voices
        self.editor = editor
        self.today = voices["nl"].today
        self.bodies = {language: BodyBuilder(voice, registry) for language, voice in voices.items()}
        self.asking = {language: AskingBuilder(voice) for language, voice in voices.items()}
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}

    def add_empty(self, spec: PageSpec) -> bool:
        """Make the page without its text, so that every other page can link to it.

        Returns False where the page above it is gone: then somebody threw that away and this stays away with it.
        """
        language = spec.languages[0]
        parent = self._parent(spec, language)
        if parent is None:
            return False
        title = self.voices[language].say(spec.content["title"], spec.name)
        page = spec.model(
            title=title,
            slug=free_slug(parent, title),
            locale=self.locales[language],
            translation_key=key_of(spec.name),
            owner=self.editor,
            live=False,
        )
        if "ends_in_days" in spec.settings:
            # No call can be kept without its last day.
            page.ends_on = self._last_day(spec.settings["ends_in_days"])
        parent.add_child(instance=page)
        self.registry.ids["page", spec.name] = page.pk
        return True

    def publish(self, spec: PageSpec) -> Page:
        """Fill in the page in its first language and publish it."""
        page = spec.model.objects.get(pk=self.registry.page(spec.name))
        self.fill(page, spec, spec.languages[0])
        page.first_published_at = getattr(page, "date", None) or timezone.now()
        if spec.content.get("photos"):
            page.photos = self._photos(spec)
        if isinstance(page, StepPage) and page.visible_before_start and page.reads:
            open_before_start(page=page.reads, actor=self.editor)
        page.save_revision(user=self.editor).publish(user=self.editor)
        return page

    def fill(self, page: Page, spec: PageSpec, language: str) -> None:
        """Set every field of ``page`` to what the spec says in ``language``; nothing is saved."""
        voice, content = self.voices[language], spec.content
        for name in TEXTS:
            if name in content:
                setattr(page, name, voice.say(content[name], f"{spec.name}, {name}"))
        if "picture" in content:
            picture = self.bodies[language].pictures[content["picture"]]
            page.image_id = self.registry.picture(content["picture"])
            page.image_alt = voice.say(content.get("alt") or picture["alt"], f"{spec.name}, alt")
        if "body" in content:
            page.body = self.bodies[language].build(spec.name, content["body"])
        if isinstance(page, CompetencyPage):
            for name, stream in self.asking[language].levels(spec.name, content).items():
                setattr(page, name, stream)
        if isinstance(page, StepPage):
            for name, stream in self.asking[language].build(spec.name, content).items():
                setattr(page, name, stream)
        if "text" in content:
            page.text = voice.say(content["text"], f"{spec.name}, text")
        for name, value in self._settings(spec.settings).items():
            setattr(page, name, value)

    def _settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        values = {}
        for name, value in settings.items():
            match name:
                case "days_ago":
                    values["date"] = moment(self.today, value, settings["time"])
                case "time":
                    pass
                case "author":
                    values["author_id"] = self.registry.person(value)
                case "owner":
                    values["owner_colleague_id"] = self.registry.person(value)
                case "deputy":
                    values["deputy_id"] = self.registry.person(value)
                case "owning_team":
                    values["owning_team_id"] = self.registry.team(value)
                case "reviewed_days_ago":
                    values["reviewed_on"] = self.today - timedelta(days=value)
                case "review_in_days":
                    values["review_by"] = self.today + timedelta(days=value)
                case "ends_in_days":
                    values["ends_on"] = self._last_day(value)
                case "theme":
                    values["theme_id"] = self.registry.theme(value)
                case "call":
                    values["call_id"] = self.registry.page(f"call/{value}") if value else None
                case "reads":
                    values["reads_id"] = self.registry.page(value) if value else None
                case "profile":
                    values["profile_id"] = self.registry.page(f"profile/{value}") if value else None
                case "due":
                    values |= self._due(value)
                case "after":
                    steps = [self.registry.page(f"path/{name}") for name in value]
                    values["prerequisites"] = [StepPrerequisite(step_id=step) for step in steps]
                case "asks":
                    values["requirements"] = [
                        ProfileRequirement(
                            competency_id=self.registry.page(f"competency/{row['competency']}"),
                            level=row["level"],
                            is_core=row.get("core", False),
                            sort_order=order,
                        )
                        for order, row in enumerate(value)
                    ]
                case "audience_teams":
                    values[name] = [Team.objects.get(pk=self.registry.team(team)) for team in value]
                case _:
                    values[name] = value
        return values

    def _due(self, due: dict | None) -> dict[str, Any]:
        if due is None:
            return {}
        values = {"due_from": due["from"], "due_count": due["count"], "due_unit": due["unit"]}
        return values | ({"due_step_id": self.registry.page(f"path/{due['step']}")} if "step" in due else {})

    def _last_day(self, days_ahead: int) -> date:
        return self.today + timedelta(days=days_ahead)

    def _photos(self, spec: PageSpec) -> list[StoryPhoto]:
        language = spec.languages[0]
        pictures, say = self.bodies[language].pictures, self.voices[language].say
        return [
            StoryPhoto(
                image_id=self.registry.picture(photo["picture"]),
                alt_text=say(pictures[photo["picture"]]["alt"], spec.name),
                caption=say(photo.get("caption"), spec.name),
            )
            for photo in spec.content["photos"]
        ]

    def _parent(self, spec: PageSpec, language: str) -> Page | None:
        if spec.parent in TRUNK:
            return TRUNK[spec.parent].objects.filter(locale=self.locales[language]).order_by("depth", "pk").first()
        return Page.objects.filter(
            translation_key=key_of(spec.parent), locale=self.locales[language], alias_of__isnull=True
        ).first()


def moment(today: date, days_ago: int, clock: str) -> datetime:
    """That many days ago at ``clock`` ("09:10"), never on a weekend and never in the future."""
    day = today - timedelta(days=days_ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return min(timezone.make_aware(datetime.combine(day, time.fromisoformat(clock))), timezone.now())


def free_slug(parent: Page, title: str, besides: UUID | None = None) -> str:
    """An address made from the title that no page below ``parent`` has; raises ``ContentError`` without letters.

    The page with translation key ``besides`` may have it: it is the one that gets the address.
    """
    wanted = slugify(title)[:80].strip("-")
    if not wanted:
        raise ContentError(f"The title {title!r} makes no address.")
    others = (
        Page.objects.child_of(parent).exclude(translation_key=besides) if besides else Page.objects.child_of(parent)
    )
    taken = set(others.values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
