"""What Veldbron's owners did to keep their manuals right, and what the night found."""

from datetime import date, timedelta

from django.utils import timezone

from guidelines.reading.register import Register
from guidelines.services.link_checking import check_links_and_files
from guidelines.services.reminding import remind_reviews
from guidelines.services.reviewing import confirm_text, offer_text, postpone_review
from people.models import User

from .clock import clock_at
from .content import Voice, load
from .pages import moment
from .registry import Registry, key_of


def live_governance(registry: Registry, voice: Voice, today: date) -> int:
    """Let what wasn't done before be done, each on its day; returns how many things that were."""
    content, done = load("governance"), 0
    deeds = {"checked": _check, "postponed": _postpone, "offered": _offer}
    rows = [(row["days_ago"], kind, row) for kind in deeds for row in content[kind]]
    for days_ago, kind, row in sorted(rows, key=lambda found: -found[0]):
        name = f"governance/{kind}/{row['page']}"
        if not registry.is_new(name):
            continue
        with clock_at(min(moment(today, days_ago, "10:20"), timezone.now())):
            deeds[kind](registry, voice, row)
        registry.note(name)
        done += 1
    if done:
        remind_reviews(timezone.now())
        check_links_and_files(timezone.now())
    return done


def _person(registry: Registry, name: str) -> User:
    return User.objects.get(pk=registry.person(name))


def _check(registry: Registry, voice: Voice, row: dict) -> None:
    confirm_text(key=key_of(row["page"]), by=_person(registry, row["by"]))


def _postpone(registry: Registry, voice: Voice, row: dict) -> None:
    key = key_of(row["page"])
    postpone_review(
        key=key,
        by=_person(registry, row["by"]),
        until=timezone.localdate() + timedelta(days=row["days"]),
        reason=voice.say(row["reason"], row["page"]),
        seen=Register().text(key).review_by,
    )


def _offer(registry: Registry, voice: Voice, row: dict) -> None:
    offer_text(
        key=key_of(row["page"]),
        by=_person(registry, row["by"]),
        to=_person(registry, row["to"]),
        note=voice.say(row["note"], row["page"]),
    )
