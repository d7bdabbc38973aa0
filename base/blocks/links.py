"""What to go to from a text: documents, pages, people."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, prefetch_related_objects
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.models import Page

from ..access import visible_pages
from ..choosers import ColleagueChooserBlock
from .samples import SampleColleague, SampleDocument, SamplePage


class DocumentBlock(blocks.StructBlock):
    """A document to open."""

    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(label=_("Link text"), required=False, max_length=160)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        description = _("A file to open or keep")
        template = "blocks/document.html"

    def get_preview_value(self):
        """A document that isn't there."""
        return blocks.StructValue(self, [("document", SampleDocument()), ("text", "")])


class PageLinkBlock(blocks.StructBlock):
    """A page to read next."""

    page = blocks.PageChooserBlock(label=_("Page"))
    text = blocks.CharBlock(label=_("Why read it"), required=False, max_length=200)

    class Meta:
        icon = "link"
        label = _("Page to read")
        description = _("A link to a page here, with its title kept up to date")
        template = "blocks/page_link.html"

    def get_context(self, value, parent_context=None):
        """``target``: the page in the reader's language, else in the other; None where this reader may see neither."""
        context = super().get_context(value, parent_context)
        request = (parent_context or {}).get("request")
        context["target"] = target_of(value.get("page"), getattr(request, "user", None) or AnonymousUser())
        return context

    def get_preview_value(self):
        """A page that isn't there."""
        return blocks.StructValue(self, [("page", SamplePage()), ("text", _("Two minutes, and you know whom to ask."))])


def target_of(page, user) -> dict[str, str] | None:
    """``{"title", "url", "lang"}`` of ``page`` as this user reads it; ``lang`` only where it is the other language."""
    if isinstance(page, SamplePage):
        return {"title": page.title, "url": page.url, "lang": page.lang}
    if page is None:
        return None
    twins = visible_pages(user).filter(translation_key=page.translation_key)
    twins = {twin.locale.language_code: twin for twin in twins.select_related("locale", "alias_of__locale")}
    language = get_language()
    found: Page | None = twins.get(language) or next(iter(twins.values()), None)
    if found is None:
        return None
    written_in = (found.alias_of or found).locale.language_code
    return {"title": found.title, "url": found.get_url(), "lang": "" if written_in == language else written_in}


class PeopleBlock(blocks.StructBlock):
    """Colleagues to turn to."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    people = blocks.ListBlock(ColleagueChooserBlock(), label=_("Colleagues"), min_num=1)

    class Meta:
        icon = "group"
        label = _("People")
        description = _("Colleagues with their face, function and telephone")
        template = "blocks/people.html"

    def get_context(self, value, parent_context=None):
        """``people``: those who still work here, with their teams in one query."""
        context = super().get_context(value, parent_context)
        context["people"] = [person for person in value.get("people") or [] if person and person.is_active]
        prefetch_related_objects([person for person in context["people"] if isinstance(person, Model)], "team")
        return context

    def get_preview_value(self):
        """Two colleagues who aren't there."""
        people = [SampleColleague(), SampleColleague("Sem", "de Wit", "Procesoperator", "Process operator")]
        return blocks.StructValue(self, [("title", _("Ask one of us")), ("people", people)])
