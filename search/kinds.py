"""The kinds of pages a reader tells apart, for narrowing a search and as the word above a result."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Kind:
    """One kind: its name in addresses, its word, its icon, and the page types (``app.model``) that belong to it."""

    key: str
    label: str | Promise
    icon: str
    models: tuple[str, ...]


KINDS = (
    Kind(
        "handbook",
        _("Handbook"),
        "book",
        ("guidelines.manualindexpage", "guidelines.manualpage", "guidelines.chapterpage"),
    ),
    Kind(
        "competencies",
        _("Competencies"),
        "star",
        (
            "competencies.competencyindexpage",
            "competencies.competencypage",
            "competencies.competencyprofilepage",
        ),
    ),
    Kind("news", _("News"), "flag", ("home.newsindexpage", "home.newspage")),
    Kind("stories", _("Stories"), "chat", ("stories.storyindexpage", "stories.storypage")),
    Kind("company", _("Our story"), "drop", ("home.companystorypage", "home.storychapterpage")),
    Kind(
        "onboarding",
        _("My start"),
        "route",
        ("onboarding.pathindexpage", "onboarding.pathpage", "onboarding.phasepage", "onboarding.steppage"),
    ),
)
OTHER = Kind("other", pgettext_lazy("kind of page", "Other"), "home", ())
ALL_KINDS = (*KINDS, OTHER)
BY_KEY = {kind.key: kind for kind in ALL_KINDS}
_BY_MODEL = {model: kind for kind in KINDS for model in kind.models}


def kind_of(app_label: str, model: str) -> Kind:
    """The kind of a page type; a type that nobody listed is of the other kind, not lost."""
    return _BY_MODEL.get(f"{app_label}.{model}", OTHER)
