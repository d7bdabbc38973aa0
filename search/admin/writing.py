"""From words without an answer to a new page with these words as its title."""

from asgiref.local import Local
from django import forms
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin.views.pages.create import CreateView
from wagtail.models import Page
from wagtail.signals import init_new_page

from base.admin.previewed import GuardedView
from base.choosers import KnownPageChooser
from base.typed import storable
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage

from .words import READ

LONGEST_TITLE = 200
_local = Local()


class ParentForm(forms.Form):
    """Below which page the new one comes."""

    page = forms.ModelChoiceField(
        label=gettext_lazy("Where does it belong?"),
        queryset=Page.objects.filter(depth__gt=1),
        widget=KnownPageChooser(target_models=[ManualIndexPage, ManualPage, ChapterPage]),
        help_text=gettext_lazy("The manual or chapter that it comes below, or the handbook for a new manual."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_page(self) -> Page:
        """One below which this editor may make a page of the handbook."""
        page = self.cleaned_data["page"].specific
        if not isinstance(page, (ManualIndexPage, ManualPage, ChapterPage)):
            raise forms.ValidationError(_("Choose a page of the handbook."))
        if not page.permissions_for_user(self.user).can_add_subpage():
            raise forms.ValidationError(_("You may not make a page below this one. Choose another one."))
        return page


class WritePageView(GuardedView, FormView):
    """Choose where; the page's own form follows, with the title filled in."""

    page_title = gettext_lazy("Write a page")
    header_icon = "doc-empty-inverse"
    permission = READ
    form_class = ParentForm
    template_name = "search/admin/write_page.html"

    def get_initial(self):
        """The handbook in the editor's language."""
        return {"page": ManualIndexPage.objects.live().filter(locale__language_code=get_language()).first()}

    def get_form_kwargs(self):
        """Who writes."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        """``title``: what it will be called."""
        return super().get_context_data(title=self.title, **kwargs)

    @property
    def title(self) -> str:
        """The words, with a capital."""
        words = storable(self.request.GET.get("title", "")).strip()[:LONGEST_TITLE]
        return words[:1].upper() + words[1:]

    def form_invalid(self, form):
        """422, with what was chosen."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form) -> HttpResponseRedirect:
        """On to the form of the new page."""
        parent = form.cleaned_data["page"]
        kind = ManualPage if isinstance(parent, ManualIndexPage) else ChapterPage
        url = reverse("wagtailadmin_pages:add", args=[kind._meta.app_label, kind._meta.model_name, parent.pk])
        return HttpResponseRedirect(f"{url}?{urlencode({'title': self.title})}" if self.title else url)


@hooks.register("before_create_page")
def note_title(request, parent_page, page_class):
    """Wagtail hands the request to this hook and the new page to the next one."""
    _local.title = storable(request.GET.get("title", ""))[:LONGEST_TITLE] if request.method == "GET" else ""


def fill_in_title(sender, page, parent, **kwargs) -> None:
    """The title that the address of a new page asks for."""
    title, _local.title = getattr(_local, "title", ""), ""
    if title:
        # As the form does it while a title is typed; it goes on following the title from here.
        page.title, page.slug = title, slugify(title)


init_new_page.connect(fill_in_title, sender=CreateView, dispatch_uid="search_title_of_new_page")


@hooks.register("register_admin_urls")
def register_writing():
    """Where to write it."""
    return [path("search/write/", WritePageView.as_view(), name="search_write_page")]
