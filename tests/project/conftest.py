"""What tests of the whole portal share: a page of every type, and an index of their own."""

import importlib
import itertools
import sys
from datetime import date
from types import ModuleType

import pytest
from django.core.management import call_command
from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Locale, Page

from base.models import BasePage
from home.models import HomePage
from people.models import User
from tests.factories import UserFactory
from tests.production import PRODUCTION

_numbers = itertools.count()


def page_types() -> list[type[BasePage]]:
    """Every page type there is, new ones included."""
    return sorted(
        (model for model in BasePage.__subclasses__() + _grandchildren() if not model._meta.abstract), key=str
    )


def _grandchildren() -> list[type[BasePage]]:
    found = [sub for model in BasePage.__subclasses__() for sub in model.__subclasses__()]
    return [model for model in found if not model._meta.abstract]


def _fill(page: BasePage, words: str) -> None:
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField) and "rich_text" in field.stream_block.child_blocks:
            block = {"type": "rich_text", "value": f"<p>{words}</p>"}
            setattr(page, field.name, field.to_python([block]))
        elif isinstance(field, models.TextField) or field.name in ("image_alt", "author_name", "author_role"):
            setattr(page, field.name, words[: field.max_length])
        elif type(field) is models.DateField and not field.has_default() and not field.null:
            setattr(page, field.name, date(2099, 1, 1))
        elif field.related_model is User and not field.blank:
            setattr(page, field.name, UserFactory())


def make_page(model: type[BasePage], words: str, parent: Page | None = None, live: bool = True) -> BasePage:
    """A page of this type with ``words`` in its title and all its texts; pages above it are made where needed."""
    locale = Locale.objects.get(language_code="nl")
    if parent is None:
        parent = _parent_for(model, locale)
    page = model(title=words, slug=f"page-{next(_numbers)}", locale=locale, live=live)
    _fill(page, words)
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    if live:
        page.save_revision().publish()
    return model.objects.get(pk=page.pk)


def _parent_for(model: type[BasePage], locale: Locale) -> Page:
    if model is HomePage:
        return Page.get_first_root_node()
    kinds = [kind for kind in model.allowed_parent_page_models() if kind is not model]
    for kind in kinds:
        if existing := kind.objects.filter(locale=locale, live=True, alias_of__isnull=True).order_by("path").first():
            return existing
    return make_page(kinds[0], f"Boven {model.__name__}")


@pytest.fixture
def indexed(settings, tmp_path):
    """``indexed()``: everything there is now can be found by search, in an index of this test alone."""
    settings.SEARCH_INDEX_PATH = str(tmp_path / "search")
    return lambda: call_command("rebuild_search", verbosity=0)


@pytest.fixture
def start(monkeypatch):
    """``start(changed)``: production's settings, read anew; None takes one of ``PRODUCTION`` away."""

    def read(changed: dict[str, str | None]) -> ModuleType:
        for name, value in {**PRODUCTION, **changed}.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        for name in [
            name for name in sys.modules if name.startswith("portal.settings.") and name.split(".")[2] != "test"
        ]:
            monkeypatch.delitem(sys.modules, name)
        return importlib.import_module("portal.settings.production")

    return read
