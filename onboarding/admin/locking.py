"""A locked path gets no new phases and steps from others, and loses none to them."""

from django.contrib import messages
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from ..locks import path_lock_of
from ..models import PathPage, PhasePage, StepPage


def _refusal(request, page: Page, *, inclusive: bool = False):
    """The way back with the reason, if the path of this page is locked for who asks; else None."""
    lock = path_lock_of(page, inclusive=inclusive)
    if lock is None or not lock.for_user(request.user):
        return None
    messages.error(request, lock.get_message(request.user))
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_create_page")
def refuse_adding_to_locked_path(request, parent_page, page_class):
    """No new phase or step."""
    if not issubclass(page_class, (PhasePage, StepPage)):
        return None
    return _refusal(request, parent_page, inclusive=True)


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def refuse_taking_from_locked_path(request, page):
    """The path with what is below it stays, published as it is."""
    if not issubclass(page.specific_class or Page, (PathPage, PhasePage, StepPage)):
        return None
    return _refusal(request, page, inclusive=True)


@hooks.register("before_move_page")
def refuse_moving_in_locked_path(request, page, destination):
    """Neither off a locked path nor to one."""
    if not issubclass(page.specific_class or Page, (PhasePage, StepPage)):
        return None
    return _refusal(request, page) or _refusal(request, destination, inclusive=True)


@hooks.register("before_bulk_action")
def refuse_many_of_locked_path(request, action_type, objects, action):
    """The same for several at once."""
    if action_type not in ("delete", "move", "publish", "unpublish"):
        return None
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "move" and pages:
        pages.append(action.cleaned_form.cleaned_data["chooser"])
    for page in pages:
        if refusal := _refusal(request, page, inclusive=True):
            return refusal
    return None
