"""One import of a folder at a time: a row in the database says who is at it."""

import datetime
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from .errors import ImportRefused
from .records import Handbook

# An import that hasn't been heard of for so long has died.
SILENCE = datetime.timedelta(minutes=3)


class Turn:
    """The right to import; ``renew`` says it is still going on."""

    def __init__(self, handbook: Handbook, token: str):
        self.handbook, self._token, self._renewed = handbook, token, timezone.now()

    def renew(self) -> None:
        """Tell the others, now and then. Raises ImportRefused where another import has taken over."""
        now = timezone.now()
        if now - self._renewed < SILENCE / 6:
            return
        mine = Handbook.objects.filter(pk=self.handbook.pk, busy_token=self._token)
        if not mine.update(busy_since=now):
            raise ImportRefused(_("Another import of %(name)s has taken over.") % {"name": self.handbook.prefix})
        self._renewed = now

    def end(self, *, finished: bool) -> None:
        """Let the next one in."""
        Handbook.objects.filter(pk=self.handbook.pk, busy_token=self._token).update(
            busy_since=None, busy_token="", finished=finished
        )


@contextmanager
def turn(prefix: str, locale: Locale) -> Iterator[Turn]:
    """The turn to import ``prefix``. Raises ImportRefused while another import of it goes on."""
    handbook, _made = Handbook.objects.get_or_create(prefix=prefix, locale=locale)
    token, now = secrets.token_hex(16), timezone.now()
    free = Q(busy_since=None) | Q(busy_since__lt=now - SILENCE)
    if not Handbook.objects.filter(free, pk=handbook.pk).update(busy_since=now, busy_token=token):
        raise ImportRefused(
            _("%(name)s is being imported at this moment. Try again when that is done.") % {"name": prefix}
        )
    mine, finished = Turn(handbook, token), False
    try:
        yield mine
        finished = True
    finally:
        mine.end(finished=finished)
