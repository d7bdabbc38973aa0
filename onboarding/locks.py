"""A locked path holds its phases and steps as well: whoever locks it knows that nobody changes the plan meanwhile."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.locks import BaseLock, BasicLock
from wagtail.models import Page


class PathLock(BaseLock):
    """The lock of the path that a page belongs to. It is undone on the path, so there is no button for it here."""

    def __init__(self, page: Page, path: Page):
        super().__init__(page)
        self.of_path = BasicLock(path)

    def for_user(self, user) -> bool:
        """Not for who locked the path."""
        return self.of_path.for_user(user)

    def get_message(self, user):
        """Who locked the path, and when."""
        return format_html("{} {}", self.of_path.get_message(user), _("Its phases and steps are locked with it."))

    def get_locked_by(self, user):
        """By the path, which says by whom."""
        return _("Locked with its path")

    def get_description(self, user):
        """Where to undo it."""
        return _("Unlock the path to let others change its phases and steps")


class LockedWithPathMixin:
    """For the pages below a path."""

    def get_lock(self):
        """Its own lock first, then that of its path."""
        return super().get_lock() or path_lock_of(self)


def path_lock_of(page: Page, *, inclusive: bool = False) -> PathLock | None:
    """The lock of the path above this page (with ``inclusive``, of the page itself as well); one query."""
    # The module of the pages needs this one.
    from .models import PathPage

    lengths = range(Page.steplen, len(page.path) + inclusive, Page.steplen)
    path = PathPage.objects.filter(path__in=[page.path[:end] for end in lengths], locked=True).first()
    return PathLock(page, path) if path else None
