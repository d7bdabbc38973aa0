"""A competency that profiles ask isn't deleted: it is unpublished, or taken out of the profiles first.

For several pages at once Wagtail itself refuses what other rows hold on to.
"""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from ..models import CompetencyPage, ProfileRequirement


def why_not_delete(page: Page) -> str:
    """Why this page, with what is below it and its translations, can't be deleted; empty where it can."""
    competencies = CompetencyPage.objects.filter(path__startswith=page.path).values("translation_key")
    rows = ProfileRequirement.objects.filter(competency__translation_key__in=competencies, page__alias_of=None)
    # A profile below the page goes with it.
    rows = rows.exclude(page__path__startswith=page.path).select_related("page")
    names = sorted({row.page.title for row in rows})
    if not names:
        return ""
    return _("These profiles ask it: %(names)s. Unpublish it, or take it out of them first.") % {
        "names": ", ".join(names[:10])
    }


@hooks.register("before_delete_page")
def refuse_deleting_what_is_asked(request, page):
    """Say why, instead of failing halfway."""
    if reason := why_not_delete(page.specific):
        messages.error(request, reason)
        return redirect("wagtailadmin_explore", page.pk)
    return None
