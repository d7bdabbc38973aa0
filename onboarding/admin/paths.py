"""Every path at a glance, for who publishes them: what waits to be decided, and what newcomers find broken."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ..checks import findings_of
from ..models import ChangeSet, PathIndexPage, PathPage
from ..unpublishing import under_way_on
from .previewed import HrView

PER_PAGE = 10


def may_publish_paths(user) -> bool:
    """Whether this user publishes paths somewhere."""
    return any(page.permissions_for_user(user).can_publish() for page in PathIndexPage.objects.filter(alias_of=None))


class PathsView(HrView, TemplateView):
    """The paths, ten to a page: looking for what is broken costs a few queries for each."""

    permission = "wagtailadmin.access_admin"
    header_icon = "list-ul"
    page_title = gettext_lazy("Onboarding paths")
    template_name = "onboarding/admin/authoring/paths.html"

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied for who publishes no path."""
        if not may_publish_paths(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Each path once, in the language it was written in."""
        pages = PathPage.objects.filter(alias_of=None).select_related("locale").defer_streamfields().order_by("pk")
        first = {page.translation_key: page for page in reversed(pages)}
        own = [page for page in first.values() if page.permissions_for_user(self.request.user).can_publish()]
        rows = Paginator(sorted(own, key=lambda page: page.title.casefold()), PER_PAGE).get_page(
            self.request.GET.get("p")
        )
        held = ChangeSet.objects.filter(path_key__in=[page.translation_key for page in rows], decided_at=None)
        waiting = {each.path_key: len(each.changes) for each in held}
        going_on = under_way_on([page.translation_key for page in rows if not page.live])
        return super().get_context_data(
            rows=[
                (page, waiting.get(page.translation_key, 0), *_counts(page), going_on.get(page.translation_key, 0))
                for page in rows
            ],
            page_obj=rows,
            index=PathIndexPage.objects.filter(alias_of=None).order_by("pk").first(),
            **kwargs,
        )


def _counts(page: PathPage) -> tuple[int, int]:
    """How much is broken on the path, and how much else stands out."""
    _outline, found = findings_of(page.translation_key)
    broken = sum(finding.is_broken for finding in found)
    return broken, len(found) - broken


@hooks.register("register_admin_urls")
def register_paths():
    """The list."""
    return [path("onboarding/paths/", PathsView.as_view(), name="onboarding_paths")]


class PathsMenuItem(MenuItem):
    """Shown to who publishes paths."""

    def is_shown(self, request) -> bool:
        """HR, editors and administrators."""
        return may_publish_paths(request.user)


@hooks.register("register_reports_menu_item")
def paths_menu_item():
    """Where an editor finds what waits, without knowing the page tree."""
    return PathsMenuItem(
        gettext_lazy("Onboarding paths"),
        reverse("onboarding_paths"),
        name="onboarding-paths",
        icon_name="list-ul",
        order=889,
    )
