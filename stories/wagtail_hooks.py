"""What Wagtail's admin is told about stories."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from .admin import StoryThemeViewSet
from .judges import judges_as
from .models import Submission
from .review_reading import queue_rows

register_snippet(StoryThemeViewSet)

State = Submission.State
BEFORE_APPEARING = (State.IN_REVIEW, State.CHANGES_ASKED, State.AUTHOR_TO_AGREE, State.DECLINED)


class StoriesToReviewPanel(Component):
    """The first stories that wait for this moderator: age, promise, who took them up."""

    name = "stories-to-review"
    template_name = "stories/admin/stories_to_review_panel.html"
    order = 100
    shown = 8

    def __init__(self, request):
        self.request = request

    def get_context_data(self, parent_context=None):
        """``rows`` (QueueRow) and ``total``."""
        waiting = Submission.objects.to_judge(self.request.user)
        return {"rows": queue_rows(waiting.for_queue()[: self.shown], timezone.now()), "total": waiting.count()}


@hooks.register("construct_homepage_panels")
def add_stories_panel(request, panels):
    """For who judges stories and may enter the admin."""
    if judges_as(request.user):
        panels.append(StoriesToReviewPanel(request))


class ReviewMenuItem(MenuItem):
    """Shown to who judges stories."""

    def is_shown(self, request) -> bool:
        """Moderators, community managers and administrators."""
        return bool(judges_as(request.user))


@hooks.register("register_admin_menu_item")
def stories_menu_item():
    """The queue, in the portal."""
    return ReviewMenuItem(
        gettext_lazy("Stories to read along with"),
        reverse("stories:queue"),
        name="stories-to-review",
        icon_name="glasses",
        order=250,
    )


def why_not_publish(page, user) -> str:
    """Why this person may not publish a story from the admin; empty where they may, and for any other page."""
    submission = Submission.objects.filter(story=page.pk).select_related("story").first()
    if submission is None:
        return ""
    if submission.state == State.WITHDRAWN:
        return _("The author took this story back. Only they can put it back.")
    if submission.hidden_at is not None:
        return _("This story is hidden until its reports are settled.")
    if submission.story.author_id == user.pk and submission.state in BEFORE_APPEARING:
        return _("Somebody else decides about your own story.")
    return ""


def why_not_delete(page, user) -> str:
    """Why this person may not delete a story, or a page with stories below it; empty where they may."""
    sent_in = Submission.objects.filter(story__path__startswith=page.path).values_list("story", flat=True)[:1]
    if not sent_in or user.is_superuser:
        return ""
    if sent_in[0] != page.pk:
        return _("Colleagues sent stories in that stand below this page. Move them first, or unpublish it instead.")
    return _("A colleague sent this story in. Unpublish it instead: then they hear of it and keep their words.")


@hooks.register("before_publish_page")
def refuse_publishing(request, page):
    """A story that its author took back stays away, and nobody decides about their own."""
    return _refused(request, page, why_not_publish(page, request.user))


@hooks.register("before_delete_page")
def refuse_deleting(request, page):
    """What colleagues wrote is not deleted with one click."""
    return _refused(request, page, why_not_delete(page, request.user))


def _refused(request, page, reason: str):
    if not reason:
        return None
    messages.error(request, reason)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def refuse_in_bulk(request, action_type, objects, action):
    """The same for several pages at once: nothing is done, and it is said which page it is about."""
    check = {"publish": why_not_publish, "delete": why_not_delete}.get(action_type)
    if check is None:
        return None
    for page in objects:
        if isinstance(page, Page) and (reason := check(page, request.user)):
            messages.error(request, f"{page.get_admin_display_title()}: {reason}")
            return redirect("wagtailadmin_home")
    return None
