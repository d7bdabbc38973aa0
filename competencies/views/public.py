"""What anybody may read of a profile."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from base.outside import anybody_may_read, nothing_outside, outside_frame

from ..models import CompetencyPage, CompetencyProfilePage
from ..reading import asked_by


@anybody_may_read
def public_profile(request, language: str, key: UUID) -> HttpResponse:
    """A profile that is open to anybody, in one language; 404 for every other one.

    Rendered without the request: nothing of a visitor can get in.
    """
    if language not in dict(settings.LANGUAGES):
        return nothing_outside()
    pages = CompetencyProfilePage.objects.open_to_anybody().in_language(language)
    page = pages.filter(translation_key=key).select_related("locale", "alias_of__locale").first()
    if page is None:
        return nothing_outside()
    competencies = CompetencyPage.objects.open_inside().in_language(language).select_related("locale")
    asked = asked_by([key], {competency.translation_key: competency for competency in competencies})[key]
    with override(language):
        html = render_to_string(
            "competencies/shared/profile.html",
            {
                **outside_frame(),
                "page": page,
                "language": language,
                "own": [row for row in asked if not row.is_core],
                "core": [row for row in asked if row.is_core],
            },
        )
    response = HttpResponse(html)
    response["Content-Language"] = language
    return response
