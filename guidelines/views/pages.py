"""The page that an address is about."""

from django.http import Http404
from wagtail.models import Page

from base.access import is_visible

from ..models import ChapterPage, ManualPage


def text_page_or_404(user, page_id: int):
    """The manual or chapter with this id, as its own type; 404 for what isn't one, isn't published or is closed to them."""
    page = Page.objects.live().filter(pk=page_id).select_related("content_type").first()
    if page is None or not issubclass(page.specific_class or Page, (ManualPage, ChapterPage)):
        raise Http404(str(page_id))
    if not is_visible(page, user):
        raise Http404(str(page_id))
    pages = page.specific_class.objects.defer_streamfields()
    return pages.select_related("locale", "alias_of__locale").get(pk=page.pk)
