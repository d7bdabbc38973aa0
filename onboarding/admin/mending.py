"""What editors have to mend: questions about texts, and quizzes whose answers were changed."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail import hooks

from base.admin.menu import PermittedMenuItem

from ..models import HelpRequest, StepPage
from ..services.asking import settle_question
from ..services.quizzing import preview_rescore, rescore_quiz
from ..visibility import HR_PERMISSION
from .figures_page import FIGURES
from .previewed import HrView

PER_PAGE = 50


class QuestionsView(HrView, TemplateView):
    """What newcomers asked about texts and nobody mended yet, without their names."""

    permission = FIGURES
    header_icon = "help"
    page_title = gettext_lazy("Questions about texts")
    template_name = "onboarding/admin/questions.html"

    def get_context_data(self, **kwargs):
        """One page of them, each with the step it is about in the editor's language."""
        rows = Paginator(HelpRequest.objects.about_texts(), PER_PAGE).get_page(self.request.GET.get("p"))
        pages = _pages_of({row.step_key for row in rows})
        return super().get_context_data(
            rows=[{"question": row, "page": pages.get(row.step_key)} for row in rows], page_obj=rows, **kwargs
        )


def _pages_of(keys: set[UUID]) -> dict[UUID, StepPage]:
    """The page of each step, in the language of the admin where it is there in it; one query."""
    found: dict[UUID, StepPage] = {}
    pages = StepPage.objects.filter(translation_key__in=keys, alias_of=None).select_related("locale")
    for page in pages.defer_streamfields():
        if page.locale.language_code == get_language() or page.translation_key not in found:
            found[page.translation_key] = page
    return found


@require_POST
def settle(request, question_id: int) -> HttpResponse:
    """An editor looked at what was asked about a text; again, nothing changes."""
    if not request.user.has_perm(FIGURES):
        raise PermissionDenied
    question = get_object_or_404(HelpRequest, pk=question_id, about=HelpRequest.About.CONTENT)
    settle_question(question=question)
    messages.success(request, _("Settled. Who asked still gets an answer from whoever got the question."))
    return redirect("onboarding_questions")


class RescoreView(HrView, TemplateView):
    """Counting a quiz again after its answers were mended: what would come of it, and doing it."""

    permission = "wagtailadmin.access_admin"
    header_icon = "check"
    page_title = gettext_lazy("Count a quiz again")
    template_name = "onboarding/admin/rescore.html"

    def dispatch(self, request, *args, **kwargs):
        """For who may publish the quiz; 404 for another kind of page, raises PermissionDenied."""
        self.page = get_object_or_404(StepPage, id=kwargs["page_id"], kind=StepPage.Kind.QUIZ)
        if not self.page.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Who would pass: by name for HR, for others only how many."""
        found = preview_rescore(self.page)
        passing = [row for row in found if row.passes]
        names = [row.attempt.progress.enrolment.user.get_full_name() for row in passing]
        return super().get_context_data(
            page=self.page,
            changed=len(found),
            passing=len(passing),
            names=sorted(names) if self.request.user.has_perm(HR_PERMISSION) else [],
            **kwargs,
        )

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Count again, and say what came of it."""
        changed = rescore_quiz(page=self.page, actor=request.user)
        passed = sum(row.passes for row in changed)
        words = ngettext(
            "Counted again: %(count)d person passes now.", "Counted again: %(count)d people pass now.", passed
        )
        messages.success(request, words % {"count": passed})
        return redirect("wagtailadmin_pages:edit", self.page.pk)


@hooks.register("after_publish_page")
def offer_to_count_again(request, page):
    """Whoever mends a key hears at once that somebody would pass by it now."""
    if not isinstance(page, StepPage) or page.kind != StepPage.Kind.QUIZ:
        return
    passing = sum(row.passes for row in preview_rescore(page))
    if passing:
        words = ngettext(
            "By these answers %(count)d person would have passed. Nothing was counted again yet.",
            "By these answers %(count)d people would have passed. Nothing was counted again yet.",
            passing,
        )
        link = format_html(
            '<a href="{}">{}</a>', reverse("onboarding_rescore", args=[page.pk]), _("Count a quiz again")
        )
        messages.warning(request, format_html("{} {}", words % {"count": passing}, link))


@hooks.register("register_admin_urls")
def register_mending():
    """The list of questions, and counting again."""
    return [
        path("onboarding/questions/", QuestionsView.as_view(), name="onboarding_questions"),
        path("onboarding/questions/<int:question_id>/settle/", settle, name="onboarding_question_settle"),
        path("onboarding/quiz/<int:page_id>/rescore/", RescoreView.as_view(), name="onboarding_rescore"),
    ]


@hooks.register("register_reports_menu_item")
def questions_menu_item():
    """What newcomers asked about texts."""
    return PermittedMenuItem(
        gettext_lazy("Questions about texts"),
        reverse("onboarding_questions"),
        name="onboarding-questions",
        icon_name="help",
        order=891,
        permission=FIGURES,
    )
