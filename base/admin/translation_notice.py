"""Telling who opens a page in the admin that its translation is behind."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from ..translation.status import State, translation_states


def tell_translation_state(request, page: Page) -> None:
    """A warning above the edit form of an original, or of its translation, where the two differ."""
    if request.method != "GET" or page.alias_of_id:
        return
    twins = Page.objects.filter(translation_key=page.translation_key)
    original = translation_states(twins).filter(state=State.BEHIND).first()
    if original is None:
        return
    buttons = []
    if original.translation_source_id and request.user.has_perm("wagtail_localize.submit_translation"):
        url = reverse("wagtail_localize:update_translations", args=[original.translation_source_id])
        buttons.append(messages.button(url, _("Take over the new text")))
    if original.pk == page.pk:
        buttons.append(
            messages.button(reverse("wagtailadmin_pages:edit", args=[original.twin_id]), _("To the translation"))
        )
        text = _("The translation of this page is behind.")
    else:
        text = _("This translation is behind its original.")
    messages.warning(request, text, buttons=buttons)
