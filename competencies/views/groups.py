"""How groups stand by a profile, for who leads them and for HR; for all others there is no such page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..group_reading import GroupChoice, GroupReading


@require_safe
def show_groups(request: HttpRequest) -> HttpResponse:
    """The reader chooses a ``profile`` and a ``group``; one that isn't there for them is a 404."""
    reading = GroupReading(request.user, get_language())
    if not reading.groups:
        raise Http404
    group = _chosen_group(reading, request.GET.get("group", ""))
    profile = _chosen_profile(reading, request.GET.get("profile", ""))
    context = {
        "reading": reading,
        "group": group,
        "profile": profile,
        "picture": reading.picture(profile, group.key) if profile else None,
    }
    return render(request, "competencies/groups.html", context)


def _chosen_group(reading: GroupReading, wanted: str) -> GroupChoice:
    if not wanted:
        return reading.groups[0]
    found = next((group for group in reading.groups if str(group.key) == wanted), None)
    if found is None:
        raise Http404(wanted)
    return found


def _chosen_profile(reading: GroupReading, wanted: str):
    """The profile; None where nothing was chosen yet."""
    if not wanted:
        return None
    found = next((page for page in reading.profiles if str(page.translation_key) == wanted), None)
    if found is None:
        raise Http404(wanted)
    return found
