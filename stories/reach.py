"""How many readers a story has, without keeping who they are.

The page carries a token of one use, which says which story and nothing about the reader; the browser sends it back
once, and remembers by itself that it did. What is kept is one number per story.
"""

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from base.pace import is_within

from .models import StoryPage, StoryReach
from .reading_token import SALT, TOKEN_LASTS

# A person opens a handful of stories a minute; more is a script. What is counted here says not which ones.
MOST_PER_MINUTE = 20
FEWEST_SHOWN = 5


@transaction.atomic
def count_reader(*, page: StoryPage, user, token: str) -> bool:
    """Count one more device for the story that ``user`` may see; returns whether it counted.

    Not for its author, not twice for a token, and not for a token of another story, an old or a made-up one.
    """
    if page.author_id == user.pk:
        return False
    try:
        key, once = signing.loads(token, salt=SALT, max_age=TOKEN_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    if key != str(page.translation_key) or not _is_calm(user) or not cache.add(f"reach:{once}", 1, TOKEN_LASTS):
        return False
    original = source_of(page)
    StoryReach.objects.get_or_create(story=original)
    StoryReach.objects.filter(story=original).update(readers=F("readers") + 1)
    return True


def source_of(page: StoryPage) -> StoryPage:
    """The page that was sent in, for itself, its aliases and its translations; the oldest where none was sent."""
    twins = StoryPage.objects.twins_of(page)
    return twins.filter(submission__isnull=False).first() or twins.order_by("pk").first() or page


def readers_in_words(count: int) -> str:
    """The number, or "fewer than 5": so few could be counted on the fingers by name."""
    return str(count) if count >= FEWEST_SHOWN else _("fewer than %(count)d") % {"count": FEWEST_SHOWN}


def _is_calm(user) -> bool:
    return is_within(f"reach-pace:{user.pk}", MOST_PER_MINUTE, 60)
