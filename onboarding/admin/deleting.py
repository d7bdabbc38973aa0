"""Deleting what is in use: refused for a path somebody was put on; a page to read is replaced first."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from ..checks_before_start import steps_before_start
from ..models import Enrolment, PageBeforeStart, PathPage
from ..services.replacing import replace_read_page, steps_that_read
from ..unpublishing import people_with
from .previewed import HrView


def why_not_delete(page: Page) -> str:
    """Why this page, with what is below it, can't be deleted; empty where it can."""
    paths = PathPage.objects.filter(path__startswith=page.path).values("translation_key")
    if Enrolment.objects.filter(path_key__in=paths).exists():
        return _("Colleagues are or were on this onboarding path. Unpublish it instead: what they did stays theirs.")
    if people_with(page):
        return _(
            "Colleagues under way have this in their plan. Unpublish it instead, and say for whom it is taken off: when "
            "nobody has it any more, it can be deleted."
        )
    return ""


@hooks.register("before_delete_page")
def refuse_deleting_in_use(request, page):
    """A path in use is kept; for a page that steps point to, another one is asked for first."""
    if reason := why_not_delete(page):
        messages.error(request, reason)
        return redirect("wagtailadmin_explore", page.pk)
    if steps_that_read(page):
        return redirect("onboarding_replace_page", page.pk)
    return None


@hooks.register("before_bulk_action")
def refuse_deleting_many_in_use(request, action_type, objects, action):
    """The same for several pages at once: nothing is done, and it is said which page it is about."""
    if action_type != "delete":
        return None
    for page in objects:
        if not isinstance(page, Page):
            continue
        reason = why_not_delete(page)
        if not reason and steps_that_read(page):
            reason = _(
                "Steps of an onboarding path point to it. Delete it by itself: then you can choose another page."
            )
        if reason:
            messages.error(request, f"{page.get_admin_display_title()}: {reason}")
            # What was chosen stands together below one page.
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


class ReplaceForm(forms.Form):
    """Another page for the steps to point to."""

    page = forms.ModelChoiceField(
        Page.objects.filter(depth__gt=1),
        label=gettext_lazy("Page to read instead"),
        widget=AdminPageChooser,
        error_messages={"required": gettext_lazy("Choose a page, or leave this one where it is.")},
    )

    def __init__(self, data=None, *args, going: Page, **kwargs):
        self.going = going
        chosen = (data or {}).get("page", "")
        if chosen and not (chosen.isascii() and chosen.isdigit() and Page.objects.filter(pk=chosen[:18]).exists()):
            # The chooser can't show what isn't a page: it is asked for again.
            data = {**data.dict(), "page": ""}
        super().__init__(data, *args, **kwargs)

    def clean_page(self) -> Page:
        """Not one that goes as well, and one that readers can open."""
        page = self.cleaned_data["page"]
        if page.path.startswith(self.going.path) or page.translation_key == self.going.translation_key:
            raise forms.ValidationError(_("That page is deleted as well. Choose another one."))
        if not page.live:
            raise forms.ValidationError(_("That page is not published. Choose another one."))
        if steps_before_start(steps_that_read(self.going)) and not PageBeforeStart.objects.has(page.translation_key):
            raise forms.ValidationError(
                _(
                    "A step before the start reads it, and that page is not visible before the start. Choose another one."
                )
            )
        return page


class ReplaceView(HrView, FormView):
    """The steps that point to a page, and another page for them; then on to deleting it."""

    permission = "wagtailadmin.access_admin"
    header_icon = "warning"
    page_title = gettext_lazy("First choose another page")
    template_name = "onboarding/admin/authoring/replace.html"
    form_class = ReplaceForm

    def dispatch(self, request, *args, **kwargs):
        """For who may delete the page and publish the steps; raises PermissionDenied."""
        self.going = get_object_or_404(Page, pk=kwargs["page_id"]).specific
        self.steps = steps_that_read(self.going)
        if not self.going.permissions_for_user(request.user).can_delete():
            raise PermissionDenied
        if not self.steps:
            # A colleague replaced it meanwhile, or no step ever read it.
            return redirect("wagtailadmin_pages:delete", self.going.pk)
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_replace(self) -> bool:
        """Whether this editor may change every one of these steps."""
        return all(step.permissions_for_user(self.request.user).can_publish() for step in self.steps)

    def get_form_kwargs(self):
        """The form knows which page goes."""
        return {**super().get_form_kwargs(), "going": self.going}

    def get_context_data(self, **kwargs):
        """The steps by their titles."""
        return super().get_context_data(going=self.going, steps=self.steps, may_replace=self.may_replace, **kwargs)

    def form_valid(self, form):
        """Let the steps point to the other page, then ask about deleting as ever."""
        if not self.may_replace:
            raise PermissionDenied
        steps = replace_read_page(old=self.going, new=form.cleaned_data["page"], actor=self.request.user)
        words = ngettext("%(count)d step points to the other page.", "%(count)d steps point to the other page.", steps)
        messages.success(self.request, words % {"count": steps})
        return redirect("wagtailadmin_pages:delete", self.going.pk)

    def form_invalid(self, form):
        """422, with what was chosen."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@hooks.register("register_admin_urls")
def register_replacing():
    """The page that asks for another page."""
    return [path("onboarding/replace/<int:page_id>/", ReplaceView.as_view(), name="onboarding_replace_page")]
