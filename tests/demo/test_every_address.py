"""Every address there is, looked at by each role of the filled demo: nothing breaks, and nothing answers that needs another role.

What a role may is in ``people.roles``; below stands which of its abilities each part of the admin and of the portal asks for.
"""

import pytest
from django.db import transaction

from demo.building.clock import clock_at
from guidelines.services.handing_over import owners_and_deputies
from people.models import User
from people.roles import ABILITIES, ROLES
from tests.demo.standing import NOW
from tests.demo.walking import Walk
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.xdist_group("demo"),
    pytest.mark.usefixtures("demo"),
    # The report of wagtail-localize pages through a list in no order; the portal has its own.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]
# Who sees most comes first: what they find is tried by the others.
GROUPS = {
    "administrator": "Administrators",
    "hr": "HR",
    "editor": "Editors",
    "moderator": "Moderators",
    "employee": "Employees",
}
MAY = {name: set(ROLES[group].abilities) for name, group in GROUPS.items()}
# Everybody who comes into the admin; what they see there is a matter of pages and collections.
ANY = {"admin"}
# For nobody but a superuser.
NOBODY: set[str] = set()
# Where every address is for a script, or for what the demo has none of.
NO_PAGES = {
    "/admin/.*",
    "/admin/block-preview/",
    "/admin/bulk/",
    "/admin/editing-sessions/",
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/settings/",
}
# The start of an address and the abilities of which one is enough; the longest start that fits counts.
IN_THE_ADMIN = {
    **dict.fromkeys(
        (
            "/admin/account/",
            "/admin/api/",
            "/admin/block-preview/",
            "/admin/bulk/",
            "/admin/choose-",
            "/admin/colleague_chooser/",
            "/admin/dismissibles/",
            "/admin/editing-sessions/",
            "/admin/embeds/",
            "/admin/forms/",
            "/admin/jsi18n/",
            "/admin/localize/",
            "/admin/login/",
            "/admin/pages/",
            "/admin/password_reset/",
            "/admin/reports/aging-pages/",
            "/admin/reports/locked/",
            "/admin/reports/page-types-usage/",
            "/admin/reports/site-history/",
            "/admin/reports/workflow",
            "/admin/settings/",
            "/admin/snippets/choose/",
            "/admin/sprite/",
            "/admin/tag-autocomplete/",
            "/admin/test404/",
            "/admin/workflows/task_chooser/",
            # Whatever isn't there.
            "/admin/.*",
        ),
        ANY,
    ),
    **dict.fromkeys(("/admin/locales/", "/admin/sites/", "/admin/workflows/"), NOBODY),
    "/admin/before-start/": {"enrol"},
    "/admin/closing-days/": {"closing"},
    "/admin/collections/": {"collections"},
    "/admin/colleagues/": {"accounts"},
    "/admin/competencies/": {"competencies", "write"},
    "/admin/documents/": {"files"},
    "/admin/enrolments/": {"enrol"},
    "/admin/groups/": {"roles"},
    "/admin/handbook-import/": {"write", "paths", "competencies"},
    "/admin/images/": {"files"},
    "/admin/locations/": {"locations"},
    "/admin/media/": {"files"},
    "/admin/onboarding/": {"paths", "write"},
    "/admin/onboarding/figures/": {"figures"},
    "/admin/onboarding/questions/": {"figures"},
    "/admin/onboarding/record/": {"enrol"},
    "/admin/redirects/": {"redirects"},
    "/admin/reports/colleagues/": {"colleagues"},
    "/admin/reports/competencies/": {"competencies", "write"},
    "/admin/reports/files/": {"govern"},
    "/admin/reports/links/": {"govern"},
    "/admin/reports/mails/": {"mails"},
    "/admin/reports/manuals/": {"govern"},
    "/admin/reports/permissions/": {"audit"},
    "/admin/reports/roles/": ANY,
    "/admin/reports/running/": {"running"},
    "/admin/reports/search-words/": {"search_log"},
    "/admin/reports/translations/": {"translate"},
    "/admin/search/promotions/": {"promotions"},
    "/admin/search/write/": {"search_log"},
    "/admin/search_words/": {"search_words"},
    "/admin/settings/base/housestyle/": {"style"},
    "/admin/settings/people/retentionperiods/": {"retention"},
    "/admin/snippets/": {"themes"},
    "/admin/teams/": {"teams"},
    "/admin/users/": {"accounts"},
}
# The same of what an employee without any other role doesn't get in the portal: there somebody also has what comes with
# leading a team, or with answering for a text.
LEADS, KEEPS = "leads", "keeps"
IN_THE_PORTAL = {
    "/nl/development/groups/": {"groups", LEADS},
    "/nl/manuals/reviews/": {"govern", KEEPS},
    "/nl/manuals/scorecard/": {"govern", KEEPS},
    "/nl/onboarding/": {"enrol"},
    "/nl/onboarding/for/enrol/": {LEADS},
    "/nl/stories/review/": {"judge"},
    "/nl/stories/reports/": {"judge"},
    "/nl/stories/share/waiting/": {"judge"},
}


def _needs(address: str, table: dict[str, set[str]]) -> set[str] | None:
    fitting = [start for start in table if address.startswith(start)]
    return table[max(fitting, key=len)] if fitting else None


def _besides(person: User) -> set[str]:
    has = {LEADS: person.leads_teams.exists(), KEEPS: person.pk in owners_and_deputies()}
    return {name for name, is_so in has.items() if is_so}


@pytest.fixture(scope="module")
def walk(standing, django_db_blocker):
    """Everybody looked at everything, once for the tests of this file; what that wrote is undone."""
    with django_db_blocker.unblock(), clock_at(NOW), transaction.atomic():
        # The demo's own is a superuser, who may do more than the role.
        administrator = UserFactory(groups=[GROUPS["administrator"]])
        others = [name for name in GROUPS if name != "administrator"]
        people = {name: User.objects.get(email=f"{name}@demo.example") for name in others}
        walk = Walk({"administrator": administrator, **people})
        walk.may = {name: MAY[name] | _besides(person) for name, person in walk.people.items()}
        walk.explore()
        # Nobody without a role comes in: the moderator shows that as well.
        walk.table = walk.statuses(but=("employee", "/admin/"))
        for name, menu in walk.menus.items():
            for address in menu:
                walk.end(name, address)
        transaction.set_rollback(True)
    return walk


def test_nothing_breaks(walk):
    assert len(walk.table) > 500
    broken = {address: found for address, found in walk.table.items() if max(found.values()) >= 500}
    assert broken == {}


def test_what_a_menu_offers_is_there(walk):
    offered = {name: len(menu) for name, menu in walk.menus.items()}
    assert (
        min(offered.values()) > 8
        and offered["administrator"] > offered["editor"] > offered["moderator"] > offered["employee"] - 5
    )
    missing = [
        (name, address, walk.end(name, address))
        for name, menu in walk.menus.items()
        for address in sorted(menu)
        if walk.end(name, address) != 200
    ]
    assert missing == []


def test_every_part_of_the_admin_says_what_it_asks_for(walk):
    unnamed = [a for a in walk.table if a.startswith("/admin/") and a != "/admin/" and _needs(a, IN_THE_ADMIN) is None]
    assert unnamed == []
    assert set().union(*IN_THE_ADMIN.values(), *IN_THE_PORTAL.values()) <= ABILITIES.keys() | {LEADS, KEEPS}


def test_nothing_in_the_admin_answers_that_needs_another_role(walk):
    asked = {address: _needs(address, IN_THE_ADMIN) or ANY for address in walk.table if address.startswith("/admin/")}
    wrong = [
        (address, name, status)
        for address, needs in asked.items()
        for name, status in walk.table[address].items()
        if status == 200 and not (MAY[name] >= ANY and MAY[name] & needs)
    ]
    assert wrong == []
    # And who may, gets something there.
    shut = [
        (start, name)
        for start, needs in IN_THE_ADMIN.items()
        for name in MAY
        if MAY[name] >= ANY and MAY[name] & needs and start not in NO_PAGES
        if not any(walk.table[a][name] == 200 for a in walk.table if a.startswith(start))
    ]
    assert shut == []


def test_nothing_in_the_portal_answers_that_needs_another_role(walk):
    wrong, tried = [], 0
    for address, found in walk.table.items():
        if address.startswith("/admin/") or found["employee"] == 200:
            continue
        tried += 1
        needs = _needs(address, IN_THE_PORTAL)
        # What no role opens is of those people who are led there: their own stories, whom they lead or walk along with.
        wrong += [
            (address, name, status)
            for name, status in found.items()
            if status == 200 and not (address in walk.shown[name] if needs is None else walk.may[name] & needs)
        ]
    assert tried > 100
    assert wrong == []
