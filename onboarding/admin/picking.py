"""Which enrolments of the list are meant: the ones that were ticked, or all that it is narrowed to."""

from django.db.models import QuerySet
from django.http import QueryDict

from .. import overview
from ..models import Enrolment
from ..visibility import Data
from .filters import EnrolmentFilterSet


def narrowed(request, query: str) -> QuerySet:
    """The list as ``query`` (that of its address) narrows it, for who may see progress; nonsense narrows nothing."""
    data = QueryDict(query[:2000])
    enrolments = Enrolment.objects.seen_by(request.user, Data.PROGRESS)
    filters = EnrolmentFilterSet(data, queryset=enrolments, request=request)
    found = filters.qs if filters.is_valid() else enrolments
    return overview.named(found, data.get("q", ""))


def picked(request) -> QuerySet:
    """What the form below the list says: ``all`` of it, or each ``id``. Ids that are none are passed over."""
    if request.POST.get("all"):
        return narrowed(request, request.POST.get("narrowed_by", ""))
    ids = [
        int(value) for value in request.POST.getlist("id") if value.isascii() and value.isdigit() and len(value) < 18
    ]
    return Enrolment.objects.seen_by(request.user, Data.PROGRESS).filter(pk__in=ids)
