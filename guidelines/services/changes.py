"""A manual or chapter was published: what its editor said of the change is kept, and its followers hear of a large one."""

from datetime import datetime

from django.db import transaction
from wagtail.log_actions import get_active_log_context
from wagtail.models import Locale, Page, Revision

from base.access import who_may_see
from base.stamp import touch_content
from base.translation.status import State, translation_states
from notifications.services import Telling, notify_many
from people.models import User
from people.pages_json import rewrite_revisions

from ..models import PageChange, Size
from ..models.changes import LINE_LENGTH
from ..reading.manuals import manual_above

MANUAL_CHANGED = "guidelines.manual_changed"
NOTHING_SAID = {"change_size": "", "change_note": ""}


@transaction.atomic
def note_publication(*, page, revision: Revision | None) -> PageChange | None:
    """Keep that this revision of ``page`` was published, with what its editor said; the page's fields are empty again.

    None for what readers don't get (a draft, an alias, what is only scheduled). The same revision again changes nothing. A
    large change without a line is a small one: there is nothing to tell. A translation whose editor said nothing takes over
    what the original said since (see ``_inherited``).
    """
    if revision is None or page.alias_of_id or not page.live or page.live_revision_id != revision.pk:
        return None
    # Two who publish at once: the second counts on from the first.
    Page.objects.select_for_update().get(pk=page.pk)
    known = PageChange.objects.filter(page=page.pk, revision=revision).first()
    if known is not None:
        return known
    change = PageChange(
        page_id=page.pk,
        page_key=page.translation_key,
        language=page.locale.language_code,
        revision=revision,
        published_at=page.last_published_at,
        published_by=_publisher(revision),
    )
    _say_how_large(change, page)
    change.save()
    _empty(page, revision)
    if change.size != Size.FIRST:
        # The list of changes is kept with the page, and somebody may have looked since it was published.
        touch_content()
    return change


def _publisher(revision: Revision) -> User | None:
    """Who is at work in the admin; for what the clock publishes, who wrote it."""
    return get_active_log_context().user or revision.user


def _say_how_large(change: PageChange, page) -> None:
    """Size, line and edition of a change that isn't stored yet."""
    line = page.change_note.strip()[:LINE_LENGTH]
    before = PageChange.objects.of_page(page.pk).first()
    change.edition = before.edition if before else 0
    change.line, change.line_language = line, change.language if line else ""
    if page.change_size == Size.LARGE and line:
        change.size = Size.LARGE
        change.edition = PageChange.objects.latest_edition(page_key=change.page_key) + 1
        return
    inherited = None if line else _inherited(page, change.edition)
    if inherited is not None:
        change.edition = inherited.edition
    if before is None:
        change.size = Size.FIRST
    elif inherited is not None:
        change.size = Size.LARGE
        change.line, change.line_language = inherited.line, inherited.line_language
    else:
        change.size = Size.SMALL


def _inherited(page, edition: int) -> PageChange | None:
    """The large change of the original that this translation has by now; None while it is still behind."""
    newer = PageChange.objects.filter(page_key=page.translation_key, size=Size.LARGE, edition__gt=edition)
    large = newer.exclude(page=page.pk).order_by("-edition", "-pk").first()
    if large is None:
        return None
    original = translation_states(Page.objects.filter(translation_key=page.translation_key)).first()
    if original is None or original.pk == page.pk or original.state == State.BEHIND:
        return None
    return large


@transaction.atomic
def word_line(*, change: PageChange, line: str) -> PageChange:
    """Say a change that a translation took over in the translation's own words. Raises ValueError for no words.

    A translator who works string by string doesn't meet the form of the page.
    """
    if not line.strip():
        raise ValueError("A line has words.")
    change.line, change.line_language = line.strip()[:LINE_LENGTH], change.language
    change.save(update_fields=["line", "line_language"])
    touch_content()
    return change


def _empty(page, revision: Revision) -> None:
    """What was said is said: neither the page nor a later draft says it once more."""
    said = {name: getattr(page, name) for name in NOTHING_SAID}
    if not any(said.values()):
        return
    type(page).objects.filter(pk=page.pk).update(**NOTHING_SAID)
    same = {f"content__{name}": value for name, value in said.items()}
    rewrite_revisions(page.revisions.filter(pk__gte=revision.pk, **same), NOTHING_SAID)
    for name, value in NOTHING_SAID.items():
        setattr(page, name, value)
        # Aliases are made from this in a moment.
        revision.content[name] = value


def tell_followers(now: datetime) -> int:
    """Tell who follows a manual of its large changes; returns how many messages. Each change in its own transaction."""
    return sum(_tell(change_id, now) for change_id in PageChange.objects.to_tell().values_list("pk", flat=True))


@transaction.atomic
def _tell(change_id: int, now: datetime) -> int:
    """Each hears it of the text in the language they read; who made the change knows already."""
    # Another worker may be at it.
    rows = PageChange.objects.to_tell().select_for_update(of=("self",)).select_related("page", "revision")
    change = rows.filter(pk=change_id).first()
    if change is None:
        return 0
    PageChange.objects.filter(pk=change.pk).update(told_at=now)
    page, manual = change.page, manual_above(change.page)
    if manual is None or not page.live:
        return 0
    thread = f"{manual.translation_key}:{now.date().isoformat()}"
    makers = {change.published_by_id, change.revision.user_id if change.revision else None}
    followers = User.objects.active().filter(
        manuals_followed__manual_key=manual.translation_key, manuals_followed__followed_at__lte=change.published_at
    )
    people = followers.filter(locale__in=_languages_of(page)).select_related("quiet_hours").prefetch_related("groups")
    tellings = [
        Telling(person, f"change:{change.pk}", {"change": change.pk, "manual": str(manual.translation_key)}, thread)
        for person in who_may_see(page, people.order_by("pk"))
        if person.pk not in makers
    ]
    return notify_many(kind=MANUAL_CHANGED, tellings=tellings, now=now)


def _languages_of(page: Page) -> set[str]:
    """The languages whose readers get this page: its own, and those in which only an alias stands."""
    twins = Page.objects.live().filter(translation_key=page.translation_key, alias_of=None).exclude(pk=page.pk)
    own = set(twins.values_list("locale__language_code", flat=True))
    return set(Locale.objects.values_list("language_code", flat=True)) - own
