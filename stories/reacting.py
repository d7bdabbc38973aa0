"""What a reaction to a story does: its author hears of it, merged, at most once a day."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from conversations.models import Reaction
from conversations.targets import Target, register
from notifications.kinds import Content, is_closed
from notifications.services import notify

from .models import StoryPage


def may_react(page: StoryPage, user) -> bool:
    """Everybody who reads it, except who wrote it."""
    return page.author_id != user.pk


def tell_author_of_reaction(page: StoryPage, user) -> None:
    """Tell the author that colleagues reacted today: the first reaction of a day makes the message, later ones join it."""
    author = page.author
    if author is None or not author.is_active:
        return
    day = timezone.localdate().isoformat()
    notify(
        recipient=author,
        kind="story.reactions",
        key=f"reactions-{page.translation_key}-{day}",
        payload={"story": str(page.translation_key), "day": day},
    )


def reactions_in_words(payload: dict, recipient) -> Content | None:
    """How many colleagues reacted on the day of the message; None once nobody did, or the story isn't there."""
    key = UUID(payload["story"])
    count = Reaction.objects.colleagues_on(key, date.fromisoformat(payload["day"]))
    stories = StoryPage.objects.visible_to(recipient).filter(translation_key=key, author=recipient)
    twins = {page.locale.language_code: page for page in stories.select_related("locale")}
    story = twins.get(get_language()) or next(iter(twins.values()), None)
    if story is None or not count:
        return None
    title = ngettext(
        "%(count)d colleague reacted to your story “%(story)s”",
        "%(count)d colleagues reacted to your story “%(story)s”",
        count,
    )
    return Content(
        title=title % {"count": count, "story": story.title},
        url=f"{story.get_url()}#reactions",
        action=_("See what they felt"),
        closed=is_closed(story),
    )


register(StoryPage, Target(may_react=may_react, reacted=tell_author_of_reaction))
