"""What changes of colleagues, documents and questions mean for the index; ``search.receivers`` calls these."""

from collections.abc import Callable

from wagtail.models import Collection as FileCollection

from base.models import PortalDocument
from conversations.models import Question
from people.models import Location, Team, User
from people.services import PRIVATE_FIELDS

from .documents import Collection
from .outbox import enqueue


def enqueue_person(instance: User, update_fields=None, **kwargs) -> None:
    """A colleague who came, changed, left or was forgotten; signing in changes nothing that is found."""
    if update_fields is None or not frozenset(update_fields) <= PRIVATE_FIELDS:
        enqueue([instance.pk], Collection.PEOPLE)


def enqueue_members(instance: Team | Location, created: bool = False, **kwargs) -> None:
    """Who is in a team or at a location that has another name now."""
    if not created:
        people: Callable = instance.members if isinstance(instance, Team) else instance.colleagues
        enqueue(people.active().values_list("pk", flat=True), Collection.PEOPLE)


def enqueue_document(instance: PortalDocument, **kwargs) -> None:
    """A document with another file, title or collection, or gone."""
    enqueue([instance.pk], Collection.DOCUMENTS)


def enqueue_files(instance: FileCollection, created: bool = False, **kwargs) -> None:
    """The documents of a collection that may have been moved, and of all below it."""
    if not created:
        inside = PortalDocument.objects.filter(collection__path__startswith=instance.path)
        enqueue(inside.values_list("pk", flat=True), Collection.DOCUMENTS)


def enqueue_question(instance: Question, **kwargs) -> None:
    """A question that was published, changed, taken back or deleted."""
    enqueue([instance.pk], Collection.QUESTIONS)
