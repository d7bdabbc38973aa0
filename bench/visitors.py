"""Colleagues for the other scripts here: made in the database, and what a browser of theirs does."""

import random
import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(r"/stories/draft/([0-9a-f-]{36})/")
SENT = re.compile(r"/stories/mine/\d+/")
CHANNEL = re.compile(r'<select name="channel".*?<option value="([^"]+)" selected', re.DOTALL)
POLITE = {429, 500, 502, 503, 504}
WORDS = [
    "meter",
    "water",
    "leiding",
    "pomp",
    "tuin",
    "ochtend",
    "collega",
    "wijk",
    "straat",
    "kraan",
    "brug",
    "put",
    "lek",
    "vraag",
    "plan",
    "dag",
    "kaart",
    "boom",
]


@dataclass
class Colleague:
    """Somebody who is signed in; ``steps`` are ``(address of the page, address of completing it)``."""

    pk: int
    session: str
    enrolment: int = 0
    steps: list[tuple[str, str, str]] = field(default_factory=list)


def make_colleagues(count: int, *, name: str, enrolled: int = 0) -> list[Colleague]:
    """So many colleagues with a session, the first ``enrolled`` of them on the demo's path."""
    from django.contrib.auth.models import Group

    from people.models import Location, Team, User
    from search.documents import Collection
    from search.outbox import enqueue

    team, location = Team.objects.order_by("pk").last(), Location.objects.first()
    manager = User.objects.get(email="manager@demo.example")
    users = User.objects.bulk_create(
        User(
            email=f"{name}{number}@example.org",
            first_name=name.capitalize(),
            last_name=f"Nummer {number}",
            team=team,
            location=location,
            manager=manager,
            contract_type=User.ContractType.PERMANENT,
            working_days=[0, 1, 2, 3, 4, 5, 6],
            password="!",  # noqa: S106 - nobody signs in with one
        )
        for number in range(count)
    )
    # Made past every event that would have told the search index.
    enqueue([user.pk for user in users], Collection.PEOPLE)
    employees = Group.objects.get(name="Employees")
    member = User.groups.through
    member.objects.bulk_create(member(user_id=user.pk, group=employees) for user in users)
    colleagues = [Colleague(user.pk, _session_of(user)) for user in users]
    for colleague, user in zip(colleagues[:enrolled], users, strict=False):
        _enrol(colleague, user)
    return colleagues


def _session_of(user) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _enrol(colleague: Colleague, user) -> None:
    from django.urls import reverse
    from django.utils import timezone, translation

    from onboarding.models import Enrolment, PathPage, StepPage
    from onboarding.reading_outlines import path_outline
    from onboarding.services import enrol
    from onboarding.standing import Standing

    path = PathPage.objects.live().filter(locale__language_code="nl").order_by("pk").first()
    with translation.override("nl"):
        enrolment = enrol(user=user, path=path, start_date=timezone.localdate() - timedelta(days=1))
        enrolment = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
        outline = path_outline(user, path.translation_key, "nl")
        standing = Standing(enrolment, outline, enrolment.progress.as_progress())
        simple = [
            step
            for step in standing.outline.steps
            if step.kind in (StepPage.Kind.READ, StepPage.Kind.WATCH)
            and not (step.signed_off_by or step.is_check_in or standing.is_locked(step))
        ]
        colleague.enrolment = enrolment.pk
        colleague.steps = [
            (
                step.url,
                reverse("onboarding:complete", args=[enrolment.pk, step.key]),
                reverse("onboarding:reopen", args=[enrolment.pk, step.key]),
            )
            for step in simple
        ]


@dataclass(frozen=True)
class Request:
    """One request as its browser saw it; ``status`` is 0 where no answer came."""

    page: str
    began: float
    seconds: float
    status: int

    @property
    def is_ok(self) -> bool:
        """Whether it gave what was asked for."""
        return 200 <= self.status < 400


class Browser:
    """One colleague's: keeps cookies, sends tokens along, writes down in ``log`` how each request went."""

    def __init__(self, address: str, colleague: Colleague, log: list[Request], *, patience: float = 30):
        self.colleague, self.log = colleague, log
        self.client = httpx.AsyncClient(
            base_url=address,
            cookies={"sessionid": colleague.session},
            timeout=patience,
            # Shorter than gunicorn keeps it: else now and then both think of it at the same moment. A browser asks once more.
            limits=httpx.Limits(keepalive_expiry=3),
            headers={"Accept-Language": "nl", "Accept-Encoding": "gzip"},
            trust_env=False,
        )

    async def ask(self, page: str, path: str, data: dict | None = None) -> httpx.Response | None:
        """One request; None where it gave nothing: no answer, a refusal, or the way to sign in."""
        clock, began = time.perf_counter(), time.time()
        answer, status = None, 0
        try:
            answer = await self.client.request("GET" if data is None else "POST", path, data=data)
            status = answer.status_code
            if "/accounts/login/" in answer.headers.get("Location", ""):
                # Signed out: nothing of what was asked for.
                status = 401
        except httpx.HTTPError:
            pass
        self.log.append(Request(page, began, time.perf_counter() - clock, status))
        return answer if 200 <= status < 400 else None

    async def complete_step(self, step: tuple[str, str, str], page: str = "mark a step done") -> bool:
        """Read a step and mark it done; whether the portal said so."""
        shown = await self.ask("step page", step[0])
        token = shown and TOKEN.search(shown.text)
        if not token:
            return False
        return await self.ask(page, step[1], {"csrfmiddlewaretoken": token[1]}) is not None

    async def reopen_step(self, step: tuple[str, str, str]) -> bool:
        """Mark it not done again; whether the portal said so."""
        shown = await self.ask("step page", step[0])
        token = shown and TOKEN.search(shown.text)
        if not token:
            return False
        return await self.ask("mark a step open", step[2], {"csrfmiddlewaretoken": token[1]}) is not None

    async def close(self) -> None:
        """Let go of its connections."""
        await self.client.aclose()


class Writing:
    """One story from the empty form to sent in; each step can be tried again, as somebody would who sees an error."""

    def __init__(self, browser: Browser, title: str, text: str):
        self.browser, self.title, self.text = browser, title, text
        # Made by the device: the same one however often it is tried.
        self.key = str(uuid.uuid4())
        self.token = self.channel = ""
        self.version = 0

    async def open(self) -> bool:
        """The empty form."""
        shown = await self.browser.ask("story: new", "/nl/stories/new/")
        token = shown and TOKEN.search(shown.text)
        if not token:
            return False
        channel = CHANNEL.search(shown.text)
        self.token, self.channel = token[1], channel[1] if channel else ""
        return True

    async def save(self) -> bool:
        """Keep the words."""
        data = {"csrfmiddlewaretoken": self.token, "step": "words", "version": str(self.version), "title": self.title}
        data |= {"text": self.text, "language": "nl", "channel": self.channel, "go": "check"}
        answer = await self.browser.ask("story: save", f"/nl/stories/draft/{self.key}/", data)
        # Anything but a way on is the form once more, with what is wrong in it.
        return answer is not None and answer.status_code == 302

    async def keep(self) -> bool:
        """Saving that didn't answer: it may have been kept, or not."""
        return await self.check() or await self.save()

    async def check(self) -> bool:
        """The last look."""
        return await self.browser.ask("story: check", f"/nl/stories/draft/{self.key}/?step=check") is not None

    async def send(self) -> bool:
        """Send it in; whether the portal said that it has it."""
        data = {"csrfmiddlewaretoken": self.token}
        answer = await self.browser.ask("story: send", f"/nl/stories/draft/{self.key}/send/", data)
        return answer is not None and bool(SENT.search(answer.headers.get("Location", "")))


def some_words(chance: random.Random, count: int) -> str:
    """Dutch words by chance."""
    return " ".join(chance.choice(WORDS) for _ in range(count))
