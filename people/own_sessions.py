"""Where somebody is signed in: kept while it lasts, and shown to nobody but them. How leaving ends it: ``people.closing``."""

import time
from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from .models import User

SEEN = "seen_at"
# A session lives on from when somebody was last seen, which is written down at most this often.
SEEN_SECONDS = 15 * 60


def begin_session(*, request) -> None:
    """Somebody came in."""
    request.session[SEEN] = time.time()


def note_seen(*, request) -> None:
    """Let the session live on, and keep when and with what somebody was last there; a few queries each quarter of an hour.

    Who hasn't started stays in for a fixed time.
    """
    now = time.time()
    if request.user.is_preboarder or now - request.session.get(SEEN, 0) < SEEN_SECONDS:
        return
    request.session[SEEN] = now
    UserSession.objects.create_from_request(request)


def clear_sessions(person_ids: Iterable[int]) -> None:
    """Throw away every session of these people that lies in the database, listed or not, in one pass over all of them.

    That is where who came in before the list was kept, or before their first day, is as well.
    """
    if not settings.SESSION_ENGINE.endswith(("backends.db", "backends.cached_db")):
        return
    wanted = {str(pk) for pk in person_ids}
    rows = Session.objects.iterator(chunk_size=1000)
    own = [row.pk for row in rows if row.get_decoded().get("_auth_user_id") in wanted]
    Session.objects.filter(pk__in=own).delete()


def end_sessions(*, person: User) -> int:
    """End every session of this person that is known; returns how many."""
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)
