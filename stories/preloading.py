"""What messages of stories are about, fetched for many messages at once: a moderator may have hundreds."""

from .models import Portrayal, StoryEvent

LOADED = "_loaded"


def event_of(payload: dict) -> StoryEvent | None:
    """The event that a message is about, with its submission, story, author and actor; one query unless preloaded."""
    return payload[LOADED] if LOADED in payload else _events().filter(pk=payload.get("event")).first()


def preload_events(payloads: list[dict]) -> None:
    """Put in each payload, in memory only, the event that it is about; two queries for any number."""
    _preload(_events().prefetch_related("submission__excluded_moderators"), "event", payloads)


def portrayal_of(payload: dict) -> Portrayal | None:
    """The person on a photo that a message is about, with story and submission; one query unless preloaded."""
    return payload[LOADED] if LOADED in payload else _portrayals().filter(pk=payload.get("portrayal")).first()


def preload_portrayals(payloads: list[dict]) -> None:
    """The same for people in photos; one query for any number."""
    _preload(_portrayals(), "portrayal", payloads)


def _events():
    return StoryEvent.objects.select_related("submission__story__author", "actor")


def _portrayals():
    return Portrayal.objects.select_related("story__submission", "story__author", "person")


def _preload(rows, name: str, payloads: list[dict]) -> None:
    found = rows.in_bulk({payload[name] for payload in payloads if payload.get(name)})
    for payload in payloads:
        payload[LOADED] = found.get(payload.get(name))
