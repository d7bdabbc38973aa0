"""Everything there is to look at, as several people: addresses found on pages, and one for every pattern besides."""

import json
import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve

from tests.addresses import SAMPLES, Pattern, all_patterns
from tests.crawl import links_in

STARTS = ("/nl/", "/admin/")
# Looked at they end the session; and Wagtail's own page that breaks on purpose.
LEFT_OUT = {"account_logout", "wagtailadmin_logout", "wagtailadmin_error_test"}
NOT_LOOKED_AT = ("/admin/logout/", "/accounts/logout/", "/language/")
# The names in patterns that are a number or a key of something, and of what; else what the view is about.
ROWS = {
    "page_id": "wagtailcore.Page",
    "parent_page_id": "wagtailcore.Page",
    "page_to_move_id": "wagtailcore.Page",
    "page_pk": "wagtailcore.Page",
    "destination_id": "wagtailcore.Page",
    "document_id": "base.PortalDocument",
    "doc_id": "base.PortalDocument",
    "version_id": "base.DocumentVersion",
    "image_id": "base.PortalImage",
    "media_id": "base.PortalMedia",
    "collection_id": "wagtailcore.Collection",
    "workflow_pk": "wagtailcore.Workflow",
    "task_id": "wagtailcore.Task",
    "task_state_id": "wagtailcore.TaskState",
    "workflow_state_id": "wagtailcore.WorkflowState",
    "revision_id": "wagtailcore.Revision",
    "redirect_id": "wagtailredirects.Redirect",
    "translation_id": "wagtail_localize.Translation",
    "translation_source_id": "wagtail_localize.TranslationSource",
    "upload_id": "guidelines.HandbookUpload",
    "question_id": "onboarding.HelpRequest",
    "enrolment_id": "onboarding.Enrolment",
    "invitation_id": "onboarding.PulseInvitation",
    "answer_id": "onboarding.StepAnswer",
    "own_id": "onboarding.OwnStep",
    "point_id": "onboarding.CheckInPoint",
    "uid": "onboarding.Meeting.uid",
    "step_key": "onboarding.StepPage.translation_key",
    "path_key": "onboarding.PathPage.translation_key",
    "profile_key": "competencies.CompetencyProfilePage.translation_key",
    "competency_key": "competencies.CompetencyPage.translation_key",
    "page_key": "guidelines.ChapterPage.translation_key",
}
# What views are about that don't say so themselves.
ABOUT = {"/admin/documents/": "base.PortalDocument", "/admin/colleague_chooser/": "people.User"}
_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")


class Walk:
    """Who looks where and what the portal says: ``people`` by name, whoever sees most first."""

    def __init__(self, people: dict):
        self.people = people
        self.clients = {name: _signed_in(person) for name, person in people.items()}
        self.patterns = {
            (pattern.route, pattern.name): pattern for pattern in all_patterns() if pattern.name not in LEFT_OUT
        }
        # By pattern; what a menu leads to is here besides, by its address.
        self.addresses: dict[tuple[str, str], str] = {}
        self.menus: dict[str, set[str]] = {name: set() for name in people}
        # What the pages lead to that somebody was shown.
        self.shown: dict[str, set[str]] = {name: set() for name in people}
        self._keys = {(key[0].replace("^", ""), key[1]): key for key in self.patterns}
        self._answers: dict[tuple[str, str], tuple[int, str, set[str]]] = {}

    def look(self, name: str, address: str) -> int:
        """The status that this person gets there; asked once."""
        return self._answer(name, address)[0]

    def end(self, name: str, address: str) -> int:
        """The same where it leads to in the end."""
        for _time in range(4):
            status, leads_to, _links = self._answer(name, address)
            if not leads_to:
                return status
            address = urljoin(address, leads_to)
        return status

    def _answer(self, name: str, address: str) -> tuple[int, str, set[str]]:
        if (name, address) not in self._answers:
            response = self.clients[name].get(address)
            links = set()
            if response.streaming:
                b"".join(response.streaming_content)
            elif response.get("Content-Type", "").startswith("text/html"):
                links = links_in(response.content, address)
                if address in STARTS and response.status_code == 200:
                    self.menus[name] |= menu_in(response.content)
            self._answers[name, address] = response.status_code, response.get("Location", ""), links
        return self._answers[name, address]

    def explore(self) -> None:
        """Follow links as each, one address of a pattern and all of a menu, and fill in a real one where no page leads."""
        for name in self.clients:
            waiting, seen, looked_at = deque(STARTS), set(), set()
            while waiting:
                address = waiting.popleft()
                if address in looked_at:
                    continue
                looked_at.add(address)
                _status, leads_to, links = self._answer(name, address)
                found = {urljoin(address, leads_to)} if leads_to else links
                self.shown[name] |= links
                for link in sorted(found):
                    key = self._key_of(link)
                    if key is not None and key not in seen:
                        seen.add(key)
                        self.addresses.setdefault(key, link)
                        waiting.append(link)
                if address in STARTS:
                    waiting.extend(sorted(self.menus[name]))
                if address in self.menus[name] and leads_to:
                    self.addresses[leads_to, ""] = leads_to
        for key, pattern in self.patterns.items():
            self.addresses.setdefault(key, filled_in(pattern))
        for address in set().union(*self.menus.values()):
            if address not in self.addresses.values():
                self.addresses[address, ""] = address

    def _key_of(self, link: str) -> tuple[str, str] | None:
        parts = urlsplit(link)
        try:
            match = resolve(parts.path) if not parts.netloc else None
        except Resolver404:
            return None
        return match and self._keys.get(("/" + match.route.replace("^", ""), match.url_name))

    def statuses(self, but: tuple[str, str]) -> dict[str, dict[str, int]]:
        """``{address: {name: status}}`` of all there is; ``but`` is who doesn't look at what begins so."""
        return {
            address: {
                name: self.look(name, address)
                for name in self.clients
                if name != but[0] or not address.startswith(but[1])
            }
            for address in sorted(set(self.addresses.values()))
        }


def _signed_in(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def menu_in(html: bytes) -> set[str]:
    """What the menus of a page lead to: those of the portal, and the one of the admin, which is data for a script."""
    soup = BeautifulSoup(html, "html.parser")
    found = {link["href"] for place in soup.select("header, nav") for link in place.select("a[href^='/']")}
    for data in soup.select("#wagtail-sidebar-props"):
        found |= set(_urls_in(json.loads(data.string)))
    return {urldefrag(address)[0] for address in found if not address.startswith(NOT_LOOKED_AT)}


def _urls_in(data) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name == "url" and isinstance(value, str) and value.startswith("/"):
                yield value
            yield from _urls_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from _urls_in(value)


def filled_in(pattern: Pattern) -> str:
    """The address of a pattern with numbers and keys that exist."""
    if "(" in pattern.route or "\\" in pattern.route:
        return pattern.address
    about = next((label for start, label in ABOUT.items() if pattern.route.startswith(start)), None)
    own = apps.get_model(about) if about else _model_of(pattern.view)

    def value(match) -> str:
        kind, name = match.groups()
        return _key(ROWS.get(name), own, kind or "str") or SAMPLES[kind or "str"]

    return _CONVERTER.sub(value, pattern.route.replace("^", ""))


def _model_of(view) -> type[models.Model] | None:
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    found = (getattr(view, "view_initkwargs", None) or {}).get("model")
    found = found or getattr(getattr(view, "view_class", None), "model", None)
    return found if isinstance(found, type) and issubclass(found, models.Model) else None


def _key(named: str | None, own, kind: str) -> str | None:
    if named:
        app, model_name, *field = named.split(".")
        model, field = apps.get_model(app, model_name), field[0] if field else "pk"
    elif own is not None and kind in ("int", "str"):
        model, field = own, "pk"
    else:
        return None
    value = model._base_manager.order_by("pk").values_list(field, flat=True).last()
    return str(value) if value is not None else None
