"""Who did what with permissions and exports is written down, however it was done, and nobody can change it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageViewRestriction,
)

from operations.admin.audit_report import name_leads
from operations.audit.models import AuditEntry
from operations.audit.services import due, retain_audit
from people.forgetting import forget_person
from people.models import RetentionPeriods, Team
from people.retention import due_counts, save_periods
from tests.factories import UserFactory
from tests.people.test_accounts import form_of

pytestmark = pytest.mark.django_db
Action = AuditEntry.Action


@pytest.fixture
def admin(make_user):
    return make_user(groups=["Administrators"], locale="en", is_superuser=True)


@pytest.fixture
def written():
    """``written()``: ``[(action, before, after)]`` of entries written since."""
    last = AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    def read():
        rows = AuditEntry.objects.filter(pk__gt=last).order_by("pk")
        return [(row.action, row.before, row.after) for row in rows]

    return read


@pytest.fixture
def colleague():
    return UserFactory(groups=["Employees"])


def test_roles_from_either_side(colleague, written):
    editors = Group.objects.get(name="Editors")
    colleague.groups.add(editors)
    colleague.groups.add(editors)
    colleague.groups.set([])
    editors.user_set.add(colleague)
    editors.user_set.clear()
    assert written() == [
        ("roles", ["Employees"], ["Editors", "Employees"]),
        ("roles", ["Editors", "Employees"], []),
        ("roles", [], ["Editors"]),
        ("roles", ["Editors"], []),
    ]
    assert set(AuditEntry.objects.filter(action="roles").values_list("colleague", flat=True)) >= {colleague.pk}


def test_clearing_roles_from_their_own_side(colleague, written):
    colleague.groups.clear()
    assert written() == [("roles", ["Employees"], [])]


def test_superusers_and_closed_accounts(colleague, written):
    colleague.is_superuser = True
    colleague.save()
    colleague.first_name = "Other"
    colleague.save()
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    UserFactory(is_superuser=True)
    assert written() == [("superuser", ["no"], ["yes"]), ("account", ["yes"], ["no"]), ("superuser", ["no"], ["yes"])]


def test_what_a_role_may(written):
    role = Group.objects.create(name="Board")
    see = Permission.objects.get(codename="read_status")
    role.permissions.add(see)
    role.permissions.clear()
    page = GroupPagePermission.objects.create(
        group=role, page=Page.objects.get(depth=1), permission=Permission.objects.get(codename="publish_page")
    )
    page.delete()
    files = GroupCollectionPermission.objects.create(
        group=role,
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(codename="add_document"),
    )
    files.delete()
    role.delete()
    assert [action for action, _before, _after in written()] == [
        *("group", "group", "group", "pages", "pages", "files", "files", "group")
    ]
    assert written()[1] == ("group", [], ["operations.read_status"])


def test_permissions_given_to_somebody_by_hand(colleague, written):
    colleague.user_permissions.add(Permission.objects.get(codename="read_status"))
    assert written() == [("group", [], ["operations.read_status"])]
    assert AuditEntry.objects.latest("pk").colleague == colleague


def test_who_leads_a_team_by_number(colleague, written):
    team = Team.objects.create(name="Smederij")
    team.leads.add(colleague)
    team.leads.set([])
    colleague.leads_teams.add(team)
    pk = str(colleague.pk)
    assert written() == [("leads", [], [pk]), ("leads", [pk], []), ("leads", [], [pk])]


@pytest.mark.parametrize("kind", ["page", "collection"])
def test_who_may_read(written, kind):
    model, target = {
        "page": (PageViewRestriction, {"page": Page.objects.filter(depth=2).first()}),
        "collection": (CollectionViewRestriction, {"collection": Collection.get_first_root_node()}),
    }[kind]
    restriction = model.objects.create(restriction_type="groups", **target)
    restriction.groups.add(Group.objects.get(name="HR"))
    restriction.delete()
    action = {"page": "who_reads", "collection": "who_sees"}[kind]
    mine = [entry for entry in written() if entry[0] == action]
    assert mine[0] == (action, ["everybody"], ["groups"])
    assert (action, [], ["HR"]) in mine
    assert (action, ["HR", "groups"], ["everybody"]) in mine


def test_through_the_admin_it_says_who_and_by_which_request(as_user, admin, colleague):
    response = as_user(admin).post(
        reverse("wagtailusers_users:edit", args=[colleague.pk]), form_of(colleague, is_superuser="on")
    )
    assert response.status_code == 302
    colleague.refresh_from_db()
    entry = AuditEntry.objects.filter(action=Action.SUPERUSER, colleague=colleague).get()
    assert (entry.actor, entry.request_id) == (admin, response["X-Request-ID"])


def test_a_command_is_the_servers(written):
    Group.objects.get(name="Editors").permissions.clear()
    call_command("create_roles", verbosity=0)
    assert {entry.actor for entry in AuditEntry.objects.filter(action=Action.GROUP)} == {None}
    assert any(action == "group" and after for action, _before, after in written())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_report_that_is_taken_along(as_user, admin, form):
    """All reports of the admin that offer it, so that a new one is tested without being named here."""
    client = as_user(admin)
    exported = set()
    for name in _report_names():
        try:
            response = client.get(reverse(name), {"export": form})
        except NoReverseMatch:
            continue
        if response.get("Content-Disposition", "").startswith("attachment"):
            b"".join(response)
            exported.add(name)
    assert len(exported) >= 6
    noted = set(AuditEntry.objects.filter(action=Action.EXPORT, actor=admin).values_list("about", flat=True))
    assert {f"{name} ({form.upper()})" for name in exported} == noted


def _report_names() -> list[str]:
    def walk(patterns, prefix=""):
        for entry in patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            elif entry.name and "report" in f"{entry.pattern}{entry.name}{prefix}" and "results" not in entry.name:
                yield f"{prefix}{entry.name}"

    admin = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "admin/")
    return sorted(set(walk(admin.url_patterns)))


def test_ones_own_data_as_a_file(as_user, colleague):
    response = as_user(colleague).post(reverse("people:my_data"))
    assert response.status_code == 200
    entry = AuditEntry.objects.get(action=Action.EXPORT)
    assert (entry.actor, entry.about) == (colleague, "people:my_data (ZIP)")


def test_a_page_is_no_export_and_a_refused_one_neither(as_user, colleague, client):
    client.get(reverse("colleagues_report"), {"export": "csv"})
    as_user(colleague).get(reverse("colleagues_report"), {"export": "csv"})
    as_user(colleague).get("/nl/")
    assert not AuditEntry.objects.filter(action=Action.EXPORT).exists()


def test_administrators_read_it_and_nobody_changes_it(as_user, admin, make_user, colleague):
    colleague.groups.add(Group.objects.get(name="Editors"))
    reader = make_user(groups=["Administrators"], locale="en")
    html = as_user(reader).get(reverse("audit_report")).content.decode()
    assert "+ Editors" in html and colleague.get_full_name() in html
    for groups in (["Editors"], ["HR"]):
        response = as_user(make_user(groups=groups)).get(reverse("audit_report"))
        assert response.status_code in (302, 403)
    codenames = Permission.objects.filter(content_type__model="auditentry").values_list("codename", flat=True)
    assert set(codenames) == {"view_auditentry"}
    assert as_user(admin).post(reverse("audit_report"), {"action": "delete"}).status_code == 405


def test_the_report_names_who_leads_a_team_in_one_query(as_user, make_user, django_assert_num_queries):
    leads = [UserFactory(first_name=f"Lead{number}") for number in range(3)]
    team = Team.objects.create(name="Smederij")
    team.leads.add(*leads)
    leads[0].is_superuser = True
    leads[0].save()
    html = as_user(make_user(groups=["Administrators"], locale="nl")).get(reverse("audit_report")).content.decode()
    for lead in leads:
        assert f"+ {lead.get_full_name()}" in html
    assert "− nee, + ja" in html
    entries = list(AuditEntry.objects.filter(action=Action.LEADS))
    with django_assert_num_queries(1):
        name_leads(entries)
    with django_assert_num_queries(0):
        name_leads([])


def test_the_report_asks_the_same_however_much_there_is(as_user, admin, django_assert_max_num_queries):
    client = as_user(admin)
    client.get(reverse("audit_report"))
    for _number in range(12):
        UserFactory(groups=["Editors"])
    with django_assert_max_num_queries(22):
        client.get(reverse("audit_report"))


def test_no_entry_holds_a_name_and_forgetting_leaves_the_entry(colleague, admin):
    colleague.groups.add(Group.objects.get(name="Editors"))
    team = Team.objects.create(name="Smederij")
    team.leads.add(colleague)
    held = str(list(AuditEntry.objects.values()))
    assert colleague.email not in held and colleague.last_name not in held
    forget_person(person=colleague, by=admin)
    assert AuditEntry.objects.filter(action=Action.ROLES, colleague=colleague.pk).exists()


def test_after_two_years_it_goes_once_the_periods_are_confirmed(admin):
    now = timezone.now()
    old, young = (AuditEntry.objects.create(action="export") for _ in range(2))
    AuditEntry.objects.filter(pk=old.pk).update(at=now - timedelta(days=740))
    AuditEntry.objects.filter(pk=young.pk).update(at=now - timedelta(days=720))
    assert due_counts(now)["audit"] == 1 and list(due(now)) == [old]
    assert retain_audit(now) == 0
    save_periods(periods=RetentionPeriods(), are_confirmed=True, by=admin)
    assert retain_audit(now) == 1
    assert AuditEntry.objects.filter(pk=young.pk).exists()
