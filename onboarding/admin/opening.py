"""Whether a page can be read before the start: said above every page that a step could let newcomers read."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from ..checks_before_start import steps_that_show
from ..models import PageBeforeStart, PathIndexPage, PathPage, PhasePage, StepPage
from ..services.opening import CLOSED, OPENED, StillShown, close_before_start, open_before_start
from .previewed import HrView

# Who hasn't started sees these by their own mark, or not at all.
OF_PATHS = (PathIndexPage, PathPage, PhasePage, StepPage)


def _can_be_opened(page: Page) -> bool:
    # The root and the front pages are places, not something to read.
    return page.depth > 2 and not isinstance(page.specific, OF_PATHS)


class OpeningView(HrView, TemplateView):
    """Whether the page is open, since when, and by which steps; open or close it."""

    permission = "wagtailadmin.access_admin"
    header_icon = "view"
    page_title = gettext_lazy("Visible before the start")
    template_name = "onboarding/admin/authoring/opening.html"

    def dispatch(self, request, *args, **kwargs):
        """For who may publish the page; raises PermissionDenied, 404 for no page that can be read so."""
        self.page = get_object_or_404(Page, pk=kwargs["page_id"])
        if not _can_be_opened(self.page):
            raise Http404(str(kwargs["page_id"]))
        if not self.page.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """The page."""
        return self.page.get_admin_display_title()

    def trail(self) -> list[dict]:
        """The page itself."""
        url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [{"url": url, "label": self.page.get_admin_display_title()}]

    def get_context_data(self, **kwargs):
        """What it is now."""
        opened = PageBeforeStart.objects.filter(page_key=self.page.translation_key).first()
        steps = steps_that_show(self.page.translation_key)
        return super().get_context_data(
            opened=opened, steps=steps, restricted=self.page.get_view_restrictions().exists(), **kwargs
        )

    def post(self, request, *args, **kwargs):
        """``open=true`` opens it, ``open=false`` closes it, whatever it was before."""
        asked = {"true": True, "false": False}.get(request.POST.get("open", ""))
        if asked is None:
            return HttpResponseBadRequest()
        if asked:
            open_before_start(page=self.page, actor=request.user)
            messages.success(request, _("Who hasn't started can read this page where a step leads to it."))
        else:
            try:
                close_before_start(page=self.page, actor=request.user)
            except StillShown:
                # A colleague published a step meanwhile; the page names it.
                return self.render_to_response(self.get_context_data(refused=True), status=409)
            messages.success(request, _("Who hasn't started can't read this page."))
        return redirect("onboarding_opening", self.page.pk)


@hooks.register("register_page_header_buttons")
def button_of_page(page, user, view_name, next_url=None):
    """Above every page that a step could let newcomers read."""
    if _can_be_opened(page) and page.permissions_for_user(user).can_publish():
        url = reverse("onboarding_opening", args=[page.pk])
        yield Button(_("Visible before the start"), url, icon_name="view", priority=63)


@hooks.register("register_admin_urls")
def register_opening():
    """The page that opens and closes."""
    return [path("onboarding/opening/<int:page_id>/", OpeningView.as_view(), name="onboarding_opening")]


@hooks.register("register_log_actions")
def log_opening(actions):
    """Who opened or closed a page stands in its history."""
    actions.register_action(OPENED, gettext_lazy("Open before the start"), gettext_lazy("Visible before the start"))
    actions.register_action(
        CLOSED, gettext_lazy("Close before the start"), gettext_lazy("No longer visible before the start")
    )
