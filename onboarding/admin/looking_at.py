"""What to look at on a path: broken steps, missing translations, plans that may not be meant."""

from django.contrib import messages
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks

from ..checks import findings_of, roles_needed
from ..models import StepPage
from ..services.changing import path_keys_of
from .path_pages import OfOnePath

# More than this is for the report.
MOST_MESSAGES = 5


class LookAtView(OfOnePath, TemplateView):
    """The findings of one path, broken steps first."""

    header_icon = "warning"
    page_title = gettext_lazy("What to look at")
    template_name = "onboarding/admin/authoring/look_at.html"

    def get_context_data(self, **kwargs):
        """Findings in the order of the path, what newcomers meet before what may be meant."""
        outline, found = findings_of(self.kwargs["path_key"])
        return super().get_context_data(
            is_published=outline is not None,
            broken=[finding for finding in found if finding.is_broken],
            others=[finding for finding in found if not finding.is_broken],
            roles=roles_needed(outline) if outline else [],
            **kwargs,
        )


@hooks.register("after_publish_page")
def say_what_to_look_at(request, page):
    """What may not be meant is said after publishing; nothing is refused for it."""
    if not isinstance(page, StepPage):
        return
    for key in path_keys_of(page.path):
        _outline, found = findings_of(key)
        own = [finding for finding in found if finding.step.key == page.translation_key]
        for finding in own[:MOST_MESSAGES]:
            link = format_html('<a href="{}">{}</a>', reverse("onboarding_look_at", args=[key]), _("What to look at"))
            messages.warning(request, format_html("{} {}", finding.text, link))


@hooks.register("after_edit_page")
def say_it_after_approving(request, page):
    """The same after a colleague's draft was approved: what it was right with may have changed meanwhile."""
    if "action-workflow-action" in request.POST:
        say_what_to_look_at(request, page)


@hooks.register("register_admin_urls")
def register_looking_at():
    """The report."""
    return [path("onboarding/look-at/<uuid:path_key>/", LookAtView.as_view(), name="onboarding_look_at")]
