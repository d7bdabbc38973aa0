"""What pages show of somebody's onboarding: shared parts rendered once per content stamp, own parts in few queries."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, FilteredRelation, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from base.access import cache_key_for
from base.chrome import house_style
from base.stamp import remembered
from people.clock import today_for
from people.models import User

from .groups import path_groups, phase_rows, rows_of_others
from .making_outlines import readable
from .models import Enrolment, OnboardingEvent, PathIndexPage, PathPage, StepProgress, Supporter
from .outline import Outline, Step
from .periods import full_date
from .querysets import PROGRESS_FIELDS, Progress
from .reading_outlines import outline_of_step, own_outline, path_outline
from .reasons import audience_words
from .standing import Standing, StepState
from .visibility import walks_today

MANAGER = "manager"
# The group of people.roles.
HR = "HR"
PEOPLE_SECONDS = 5 * 60
# For so long a path says that editors made it longer or shorter.
CHANGE_DAYS = 14
PEOPLE = [Supporter.Role.BUDDY, Supporter.Role.MENTOR, MANAGER, Supporter.Role.HR]


def standings_of(user, language: str) -> list[Standing]:
    """Where ``user`` stands on each path they are or were on, first started first: one query."""
    return [_standing(user, enrolment, language) for enrolment in _own(user)]


def standing_on_path(user, outline: Outline) -> Standing | None:
    """Where ``user`` stands on this path: the enrolment that runs, else the latest that ended; None without one."""
    enrolments = _own(user, path_key=outline.key)
    if not enrolments:
        return None
    enrolment = next((e for e in enrolments if e.ended_on is None), enrolments[-1])
    return Standing(enrolment, outline, enrolment.progress_by_step)


def standing_with_step(user, step_key: UUID, outline: Outline | None, language: str) -> Standing | None:
    """Where ``user`` stands on the path that a step is on (``outline``), or on one whose plan still has it; one query.

    The plan that has the step goes before one that hasn't, what runs before what ended. None where they are on none.
    """
    has_it = StepProgress.objects.filter(enrolment__user=user, step_key=step_key, in_plan=True).values("enrolment")
    on_path = Q(path_key=outline.key) if outline else Q()
    enrolments = Enrolment.objects.of(user).filter(on_path | Q(pk__in=has_it)).with_progress()
    if not enrolments:
        return None
    path_key = outline.key if outline else None

    def rank(enrolment: Enrolment) -> tuple:
        row = enrolment.progress_by_step.get(step_key)
        return enrolment.ended_on is not None, row is None or not row.in_plan, enrolment.path_key != path_key

    # The latest of those that are as good.
    return _standing(user, min(reversed(enrolments), key=rank), language)


def own_standing(user, enrolment_id: int, language: str) -> Standing:
    """The person's own enrolment by its id. Raises ``Enrolment.DoesNotExist`` for a stranger's as for an unknown one."""
    found = _own(user, pk=enrolment_id)
    if not found:
        raise Enrolment.DoesNotExist(enrolment_id)
    return _standing(user, found[0], language)


def _own(user, **which) -> list[Enrolment]:
    """These of the person's own enrolments, as ``with_progress`` gives them and with the person; one query."""
    enrolments = Enrolment.objects.of(user).filter(**which).with_progress(today_for(user))
    for enrolment in enrolments:
        enrolment.user = user
    return enrolments


def _standing(user, enrolment: Enrolment, language: str) -> Standing:
    return Standing(enrolment, own_outline(user, enrolment.path_key, language), enrolment.progress_by_step)


def add_standings(reader, enrolments, language: str) -> None:
    """Put ``standing`` and ``path_title`` (for ``reader``) on each of these enrolments, for a list: one query.

    Their user and its groups have to be fetched: what somebody may see decides which steps count for them. A path that
    was changed since it was last read costs as many more as ``path_outline`` says, per audience.
    """
    titles = all_path_titles(reader, language)
    progress: dict[int, dict] = {enrolment.pk: {} for enrolment in enrolments}
    rows = StepProgress.objects.filter(enrolment__in=list(progress))
    for enrolment_id, step_key, *values in rows.values_list("enrolment_id", "step_key", *PROGRESS_FIELDS):
        progress[enrolment_id][step_key] = Progress(*values)
    for enrolment in enrolments:
        outline = path_outline(enrolment.user, enrolment.path_key, language)
        enrolment.standing = Standing(enrolment, outline, progress[enrolment.pk])
        enrolment.path_title = titles.get(str(enrolment.path_key), _("A path that is not there now"))


def path_titles(reader, language: str) -> dict[str, str]:
    """The published paths that ``reader`` may see, by key, in this language where they are there in it: to put people on."""
    key = f"onboarding-path-titles:{language}:{cache_key_for(reader)}"
    return remembered(key, lambda: _load_path_titles(PathPage.objects.visible_to(reader), language))


def all_path_titles(reader, language: str) -> dict[str, str]:
    """As ``path_titles``, with the paths that are closed for new people: to name those that somebody is on."""
    key = f"onboarding-all-path-titles:{language}:{cache_key_for(reader)}"
    return remembered(key, lambda: _load_path_titles(readable(PathPage, reader), language))


def _load_path_titles(pages, language: str) -> dict[str, str]:
    paths = pages.order_by("-live", "path")
    titles: dict[str, str] = {}
    for key, code, title in paths.values_list("translation_key", "locale__language_code", "title"):
        if code == language or str(key) not in titles:
            titles[str(key)] = title
    return titles


def front_page_panel(user, language: str) -> dict | None:
    """What ``onboarding/_next_step_panel.html`` needs on the front page; None for who has nothing to do here.

    ``{"standing", "language"}``: the enrolment that is under way, or one finished in the last week. One query, and the
    content stamp if nobody asked for it yet.
    """
    candidates = [standing for standing in standings_of(user, language) if not standing.leaves_front_page]
    if not candidates:
        return None
    return {"standing": min(candidates, key=lambda s: s.is_finished), "language": language}


def index_words(user, language: str) -> dict[str, str]:
    """Title and summary of the onboarding page in this language: ``{"title", "summary"}``."""
    return remembered(f"onboarding-index:{language}:{cache_key_for(user)}", lambda: _load_index_words(user, language))


def _load_index_words(user, language: str) -> dict[str, str]:
    pages = PathIndexPage.objects.visible_to(user)
    page = pages.filter(locale__language_code=language).first() or pages.first()
    with override(language):
        return {"title": page.title if page else _("My start"), "summary": page.summary if page else ""}


def route_rows(user, outline: Outline, language: str) -> dict[tuple[UUID, str], SafeString]:
    """Every step of the path rendered in each of its states, by (step key, state).

    The rows hold nothing of anybody, so one rendering serves all; a person's page only picks.
    """
    return remembered(
        f"onboarding-rows:{outline.key}:{outline.variant}:{language}:{cache_key_for(user)}",
        lambda: {
            (step.key, state): _render("onboarding/_route_step.html", step, state, language)
            for step in outline.steps
            for state in StepState.ALL
        },
    )


def _render(template: str, step: Step, state: str, language: str) -> SafeString:
    with override(language):
        return render_to_string(template, {"step": step, "state": state, "language": language})


def path_parts(user, standing: Standing, language: str, by: str = "date") -> dict[str, SafeString]:
    """``top`` (title and next step), ``route`` and ``help`` of a path, rendered once for each way a path can look.

    ``by`` is the order of the route: "date" or "phase". The rendering is kept by what is shown, so what one reader's path
    looks like is never shown to somebody whose path looks otherwise; see ``Standing.fingerprint``.
    """
    names = names_around(user, standing, language)
    key = f"onboarding-path:{standing.outline.key}:{language}:{by}:{cache_key_for(user)}:{standing.fingerprint(names)}"
    return remembered(key, lambda: _render_path(user, standing, language, by, names))


def _render_path(user, standing: Standing, language: str, by: str, names: dict[str, str]) -> dict[str, SafeString]:
    context = {
        "outline": standing.outline,
        "language": language,
        "index": index_words(user, language),
        "panel": {"standing": standing, "language": language},
        "day_words": standing.day_words(),
        "standing": standing,
        "audience": audience_words(standing.outline.audience),
        "names": list(dict.fromkeys(names.values())),
        "by": by,
    }
    if by == "phase":
        context["phases"] = phase_rows(standing, names)
    else:
        context["groups"] = path_groups(standing, names)
    context["by_others"] = rows_of_others(standing, names)
    return {part: render_to_string(f"onboarding/_path_{part}.html", context) for part in ("top", "route", "help")}


def _how_many(value: int | list | None) -> int:
    """Of an event: steps by their number, or by their keys."""
    return len(value) if isinstance(value, list) else value or 0


def change_words(standing: Standing) -> str:
    """What editors changed on this path lately, where that made it longer or shorter; one query.

    Said for ``CHANGE_DAYS``, so that nobody wonders why there is more to do than there was.
    """
    if standing.is_ended or standing.is_finished:
        return ""
    since = timezone.now() - timedelta(days=CHANGE_DAYS)
    events = OnboardingEvent.objects.filter(
        enrolment_id=standing.enrolment.pk, kind=OnboardingEvent.Kind.CHANGED, at__gte=since
    )
    added = removed = 0
    for data in events.values_list("data", flat=True):
        added += _how_many(data.get("added"))
        removed += _how_many(data.get("removed"))
    words = []
    if added:
        words.append(
            ngettext("%(count)s step was added.", "%(count)s steps were added.", added) % {"count": added}
            + " "
            + _("So there is more to do than before; what you did stays done.")
        )
    if removed:
        words.append(
            ngettext("%(count)s step was taken off.", "%(count)s steps were taken off.", removed) % {"count": removed}
        )
    return " ".join(words)


def people_html(user, standing: Standing, language: str) -> SafeString:
    """Who to ask, rendered, kept for this one enrolment.

    A new manager or buddy shows at once; a colleague who leaves or gets another name or face, after ``PEOPLE_SECONDS``.
    """
    return _people(user, standing, language)[0]


def names_around(user, standing: Standing, language: str) -> dict[str, str]:
    """The short name of who has which role (``PEOPLE``) on this enrolment, as ``people_html`` shows them."""
    return _people(user, standing, language)[1]


def asked_first(user, standing: Standing, language: str) -> dict[str, str]:
    """The same names, but of who stands in for somebody who is away: whom questions go to."""
    return _people(user, standing, language)[2]


def token_values(standing: Standing | None, language: str) -> dict[str, str]:
    """What the tokens in a text say to the owner of this plan (see ``tokens``); for None only what is everybody's."""
    values = {"organisation": house_style().name}
    if standing is not None:
        enrolment = standing.enrolment
        names = names_around(enrolment.user, standing, language)
        values |= {"first_name": enrolment.user.first_name, "start_date": full_date(enrolment.first_day)}
        values |= {role: names.get(role, "") for role in (Supporter.Role.BUDDY, MANAGER)}
    return values


def _people(user, standing: Standing, language: str) -> tuple[SafeString, dict[str, str], dict[str, str]]:
    key = _people_key(standing.enrolment, language)
    manager_id, html, names, asked = cache.get(key, (None, None, None, None))
    own = standing.enrolment.manager_id or user.manager_id
    if html is None or manager_id != own:
        people = people_around(user, standing)
        around = [row for row in people if row["role"] != Supporter.Role.BUDDY]
        html = render_to_string("onboarding/_people.html", {"people": people, "others": around})
        names = {row["role"]: row["colleague"].get_full_name() for row in reversed(people)}
        first = {row["role"]: row["colleague"] for row in reversed(people)}
        away = {
            row["role"]: row["colleague"].get_full_name()
            for row in people
            if row["stands_in_for"] == first[row["role"]]
        }
        asked = names | away
        cache.set(key, (own, html, names, asked), PEOPLE_SECONDS)
    return html, names, asked


def forget_people(enrolment: Enrolment) -> None:
    """Ask anew who walks along on this enrolment."""
    cache.delete_many([_people_key(enrolment, code) for code, _name in settings.LANGUAGES])


def _people_key(enrolment: Enrolment, language: str) -> str:
    return f"onboarding-around:{enrolment.pk}:{language}"


def people_around(user, standing: Standing) -> list[dict]:
    """Who to ask today: buddy, mentor, manager and HR contact who still work here, in that order; one query.

    ``[{"colleague": User, "role": "buddy", "is_lead": True, "ends_on": None, "stands_in_for": None}, ...]``; a role is one of
    ``PEOPLE``, and of several in it the lead comes first (``is_lead`` is for those alone); who stands in for somebody comes
    after them. Who has two roles comes twice. The person's own
    manager has that role where no other was named, as ``supporting.people_of`` says.
    """
    own_id = standing.enrolment.manager_id or user.manager_id
    colleagues = (
        User.objects.active()
        .annotate(
            walk=FilteredRelation(
                "supports", condition=Q(supports__enrolment=standing.enrolment) & walks_today("supports__")
            ),
            walks_as=F("walk__role"),
            leads=F("walk__is_lead"),
            walk_id=F("walk__pk"),
            walks_until=F("walk__ends_on"),
            walks_for=F("walk__stands_in_for"),
        )
        .filter(Q(pk=own_id) | Q(walk__isnull=False))
        .exclude(pk=user.pk)
        .only("email", "first_name", "last_name", "photo", "job_title", "job_title_en", "phone")
    )
    walking = sorted((person for person in colleagues if person.walks_as), key=lambda one: (not one.leads, one.walk_id))
    people = [_around(one, one.walks_as, one.walks_until) for one in walking if one.walks_for is None]
    if not any(row["role"] == MANAGER for row in people):
        own = [person for person in colleagues if person.pk == own_id]
        people += [_around(person, MANAGER) for person in own[:1]]
    people.sort(key=lambda row: PEOPLE.index(row["role"]))
    roles = [row["role"] for row in people]
    for number, row in enumerate(people):
        row["is_lead"] = roles.count(row["role"]) > 1 and roles.index(row["role"]) == number
    for one in (person for person in walking if person.walks_for is not None):
        places = [
            n for n, row in enumerate(people) if (row["role"], row["colleague"].pk) == (one.walks_as, one.walks_for)
        ]
        place = places[0] if places else len(people) - 1
        away = people[place]["colleague"] if places else None
        people.insert(place + 1, _around(one, one.walks_as, one.walks_until, away))
    return people


def _around(colleague: User, role: str, ends_on: date | None = None, stands_in_for: User | None = None) -> dict:
    return {"colleague": colleague, "role": role, "ends_on": ends_on, "is_lead": False, "stands_in_for": stands_in_for}


def who_enrols(user) -> list[dict]:
    """Who to ask for a path: the manager of ``user`` and up to three of HR; as ``people_around``."""
    hr = User.objects.active().filter(groups__name=HR).exclude(pk=user.pk).order_by("first_name", "pk")[:3]
    manager = [user.manager] if user.manager_id and user.manager.is_active else []
    return [
        *({"colleague": colleague, "role": MANAGER} for colleague in manager),
        *({"colleague": colleague, "role": Supporter.Role.HR} for colleague in hr),
    ]


def way_back(user, step_key: UUID, language: str) -> dict | None:
    """The step a reader came from: ``{"number", "title", "url", "language"}``; None where they may not see it.

    Numbered as on their own path, where they are on it.
    """
    outline = outline_of_step(user, step_key, language)
    if outline is None:
        return None
    standing = standing_on_path(user, outline)
    step = (standing and standing.outline.step(step_key)) or outline.step(step_key)
    return {"number": step.number, "title": step.title, "url": step.url, "language": step.language} if step else None
