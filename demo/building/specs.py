"""The pages of the demo as plain data, in the order they are made: parents before children."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from competencies.models import CompetencyIndexPage, CompetencyPage, CompetencyProfilePage
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from home.models import CompanyStoryPage, HomePage, NewsIndexPage, NewsPage, StoryChapterPage
from onboarding.models import PathIndexPage, PathPage, PhasePage, StepPage
from onboarding.roles import Who
from stories.models import StoryCall, StoryIndexPage, StoryPage

from .content import load, manual_names

# The pages that stand before the demo comes, by the name their texts have in trunk.yaml.
TRUNK: dict[str, type[Page]] = {
    "home": HomePage,
    "company_story": CompanyStoryPage,
    "news": NewsIndexPage,
    "handbook": ManualIndexPage,
    "path_index": PathIndexPage,
    "competencies": CompetencyIndexPage,
    "stories": StoryIndexPage,
}


@dataclass(frozen=True)
class PageSpec:
    """One page: where it hangs, what it is, and what the content file says about it.

    ``parent`` is another page's name or a name of ``TRUNK``. ``languages`` names the language it was written in first; a
    page in one language is never translated. ``settings`` are the fields that are the same in every language.
    What ``is_added_later`` is published when people are on their path already.
    """

    name: str
    parent: str
    model: type[Page]
    content: dict[str, Any]
    languages: tuple[str, ...] = ("nl", "en")
    settings: dict[str, Any] = field(default_factory=dict)
    is_added_later: bool = False


def trunk_specs() -> list[PageSpec]:
    """The pages that stand already and get their summary, picture and text."""
    return [PageSpec(f"trunk/{name}", "", TRUNK[name], content) for name, content in load("trunk").items()]


def all_specs() -> list[PageSpec]:
    """Every page, parents first."""
    return [*_company_story(), *_news(), *_manuals(), *_competencies(), *_path(), *_story_places(), *_stories()]


def _company_story() -> Iterator[PageSpec]:
    for chapter in load("company_story"):
        yield PageSpec(f"story/{chapter['key']}", "company_story", StoryChapterPage, chapter)


def _news() -> Iterator[PageSpec]:
    for item in load("news"):
        yield PageSpec(f"news/{item['key']}", "news", NewsPage, item, settings=_dated(item))


def _manuals() -> Iterator[PageSpec]:
    for name in manual_names():
        manual = load(name)
        above = f"manual/{manual['key']}"
        yield PageSpec(above, "handbook", ManualPage, manual, settings=_governed(manual))
        for chapter in manual["chapters"]:
            yield PageSpec(f"{above}/{chapter['key']}", above, ChapterPage, chapter, settings=_governed(chapter))


def _competencies() -> Iterator[PageSpec]:
    library = load("competencies")
    for competency in library["competencies"]:
        yield PageSpec(f"competency/{competency['key']}", "competencies", CompetencyPage, competency)
    for profile in library["profiles"]:
        settings = {"is_public": profile.get("public", False), "asks": profile["asks"]}
        yield PageSpec(f"profile/{profile['key']}", "competencies", CompetencyProfilePage, profile, settings=settings)


def _path() -> Iterator[PageSpec]:
    path = load("path")
    yield PageSpec("path/start", "path_index", PathPage, path)
    for phase in path["phases"]:
        above = f"path/{phase['key']}"
        days = {"first_day": phase["first_day"], "last_day": phase["last_day"]}
        yield PageSpec(above, "path/start", PhasePage, phase, settings=days)
        for step in phase["steps"]:
            later = step.get("added_later", False)
            yield PageSpec(f"path/{step['key']}", above, StepPage, step, settings=_asked(step), is_added_later=later)


def _story_places() -> Iterator[PageSpec]:
    places = load("story_places")
    for channel in places["channels"]:
        settings = {name: channel[name] for name in ("moderation", "trusts_authors")}
        yield PageSpec(f"channel/{channel['key']}", "home", StoryIndexPage, channel, settings=settings)
    for call in places["calls"]:
        settings = {"ends_in_days": call["ends_in_days"]}
        yield PageSpec(f"call/{call['key']}", "stories", StoryCall, call, settings=settings)


def _stories() -> Iterator[PageSpec]:
    for story in load("stories"):
        languages = tuple(story["languages"])
        settings = _dated(story) | {"theme": story["theme"], "call": story.get("call")}
        yield PageSpec(f"stories/{story['key']}", "stories", StoryPage, story, languages, settings)


def _dated(content: dict) -> dict:
    return {"author": content["author"], "days_ago": content["days_ago"], "time": content["time"]}


def _asked(step: dict) -> dict:
    settings = {
        "kind": step["kind"],
        "minutes": step["minutes"],
        "is_required": step.get("required", True),
        "reads": step.get("reads"),
        "profile": step.get("profile"),
        "assignee": step.get("assignee", Who.NEWCOMER),
        "signed_off_by": step.get("signed_off_by", ""),
        "is_check_in": step.get("check_in", False),
        "visible_before_start": step.get("before_start", False),
        "due": step.get("due"),
        "after": step.get("after", []),
        "audience_teams": step.get("audience_teams", []),
    }
    return settings | ({"pass_mark": step["pass_mark"]} if "pass_mark" in step else {})


def _governed(content: dict) -> dict:
    names = ("owner", "deputy", "owning_team", "review_months", "reviewed_days_ago", "review_in_days")
    return {name: content[name] for name in names if name in content}
