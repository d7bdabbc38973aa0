"""Unpublishing pages of a path in the admin: in every language at once, with a word about who goes on."""

from django.contrib import messages
from wagtail import hooks
from wagtail.models import Page

from ..unpublishing import going_along, words_after_unpublishing


@hooks.register("construct_translated_pages_to_cascade_actions")
def unpublish_in_every_language(pages, action):
    """``{page: [its translations]}`` that go with it; Wagtail says so on the page that asks."""
    return {page: going_along(page) for page in pages} if action == "unpublish" else {}


@hooks.register("after_unpublish_page")
def say_who_goes_on(request, page):
    """Whoever closes a path hears how many go on with it."""
    if words := words_after_unpublishing(page):
        messages.info(request, words)


@hooks.register("after_bulk_action")
def do_the_same_with_many(request, action_type, objects, action):
    """Several pages at once go in every language as well, which Wagtail doesn't ask there."""
    if action_type != "unpublish":
        return
    for page in objects:
        if isinstance(page, Page):
            for twin in going_along(page):
                twin.specific.unpublish(user=request.user)
            say_who_goes_on(request, page)
