"""Roles are groups with exactly the permissions declared, and only three of them enter the admin."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, WorkflowPage

from guidelines.models import ManualIndexPage
from home.models import HomePage, NewsIndexPage, NewsPage
from onboarding.models import PathIndexPage, PathPage
from people.role_matrix import read_matrix
from people.roles import ADMINISTRATORS, ROLES
from people.services import create_roles

pytestmark = pytest.mark.django_db

IN_ADMIN = {"Editors", "HR", ADMINISTRATORS}


def snapshot():
    return (
        set(Group.permissions.through.objects.values_list("group__name", "permission_id")),
        set(GroupPagePermission.objects.values_list("group__name", "page_id", "permission_id")),
        set(GroupCollectionPermission.objects.values_list("group__name", "collection_id", "permission_id")),
        set(WorkflowPage.objects.values_list("pk", flat=True)),
    )


def test_running_the_command_again_changes_nothing(capsys):
    before = snapshot()
    call_command("create_roles")
    assert snapshot() == before
    assert capsys.readouterr().out == "8 roles stand; 0 permissions changed.\n"


def test_what_was_given_by_hand_is_taken_back_and_what_was_taken_is_given_back():
    before = snapshot()
    editors = Group.objects.get(name="Editors")
    editors.permissions.add(Permission.objects.get(codename="change_user"))
    editors.page_permissions.first().delete()
    GroupCollectionPermission.objects.filter(group=editors).first().delete()
    assert create_roles() == 3
    assert snapshot() == before


def test_a_group_of_the_organisations_own_is_left_alone():
    own = Group.objects.create(name="Works council")
    own.permissions.add(Permission.objects.get(codename="access_admin"))
    create_roles()
    assert own.permissions.count() == 1


def test_page_permissions_hang_on_the_trees_of_both_languages():
    editors = Group.objects.get(name="Editors")
    pages = set(GroupPagePermission.objects.filter(group=editors).values_list("page_id", flat=True))
    assert pages == set(HomePage.objects.values_list("pk", flat=True))
    assert len(pages) == 2


def test_a_tree_in_another_language_is_taken_in_by_running_the_command_again(trunk):
    home = trunk(HomePage)
    french = Locale.objects.create(language_code="fr")
    tree = home.copy_for_translation(french)
    assert create_roles() > 0
    assert GroupPagePermission.objects.filter(group__name="Editors", page=tree).exists()
    assert create_roles() == 0


def test_no_role_but_administrators_touches_accounts_or_roles():
    guarded = Permission.objects.filter(content_type__app_label__in=["people", "auth", "wagtailusers"]).filter(
        codename__regex=r"_(user|group|permission|apitoken|userprofile)$"
    )
    assert guarded.count() > 6
    holders = Group.objects.filter(permissions__in=guarded).values_list("name", flat=True)
    assert set(holders) == {ADMINISTRATORS}


@pytest.mark.parametrize("role", ROLES)
def test_only_three_roles_enter_the_admin_and_others_hear_so_once(as_user, make_user, role):
    response = as_user(make_user(groups=[role])).get("/admin/")
    assert response.status_code == (200 if role in IN_ADMIN else 403)
    if role not in IN_ADMIN:
        assert "Location" not in response
        assert b"redacteur" in response.content or b"editors" in response.content


@pytest.mark.parametrize("path", ["/admin/pages/", "/admin/users/", "/admin/nowhere/at/all/", "/admin/logout/"])
def test_no_address_of_the_admin_sends_a_colleague_round_in_circles(as_user, user, path):
    response = as_user(user).get(path)
    assert response.status_code == 403


def test_a_stranger_at_the_admin_goes_to_the_portals_own_sign_in(client):
    response = client.get("/admin/")
    assert response["Location"].startswith("/accounts/login/?next=/admin/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", ["index", "add", "edit"])
def test_only_administrators_get_at_accounts(as_user, make_user, user, role, address):
    url = reverse(f"wagtailusers_users:{address}", args=[user.pk] if address == "edit" else [])
    response = as_user(make_user(groups=[role])).get(url)
    if role == ADMINISTRATORS:
        assert response.status_code == 200
    elif role in IN_ADMIN:
        assert (response.status_code, response["Location"]) == (302, "/admin/")
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_only_editors_and_administrators_make_news(as_user, make_user, trunk, role, language):
    index = trunk(NewsIndexPage, language)
    url = reverse("wagtailadmin_pages:add", args=["home", "newspage", index.pk])
    response = as_user(make_user(groups=[role])).get(url)
    allowed = role in {"Editors", ADMINISTRATORS}
    assert response.status_code == (200 if allowed else 302 if role in IN_ADMIN else 403)
    assert not NewsPage.objects.filter(title="Sneaked in").exists()


@pytest.mark.parametrize("role", ROLES)
def test_hr_makes_onboarding_paths_but_no_manuals(as_user, make_user, trunk, role):
    client = as_user(make_user(groups=[role]))
    path = client.get(reverse("wagtailadmin_pages:add", args=["onboarding", "pathpage", trunk(PathIndexPage).pk]))
    manual = client.get(reverse("wagtailadmin_pages:add", args=["guidelines", "manualpage", trunk(ManualIndexPage).pk]))
    assert (path.status_code == 200) == (role in IN_ADMIN)
    assert (manual.status_code == 200) == (role in {"Editors", ADMINISTRATORS})


def test_hr_publishes_a_path(as_user, make_user, trunk):
    index = trunk(PathIndexPage)
    page = index.add_child(instance=PathPage(title="Snel thuis", live=False, locale=index.locale))
    page.save_revision()
    hr = make_user(groups=["HR"])
    assert page.permissions_for_user(hr).can_publish()
    assert not index.get_parent().permissions_for_user(hr).can_publish()


def test_nobody_stands_between_an_editor_and_publishing(trunk):
    assert trunk(NewsIndexPage).get_workflow() is None
    assert not WorkflowPage.objects.filter(page=Page.get_first_root_node()).exists()


def test_moderators_judge_stories_without_the_admin(make_user, trunk):
    from stories.models import StoryIndexPage

    moderator = make_user(groups=["Moderators"])
    assert trunk(StoryIndexPage).permissions_for_user(moderator).can_publish_subpage()
    assert not trunk(NewsIndexPage).permissions_for_user(moderator).can_edit()


def cells(role):
    matrix = read_matrix()
    column = [column["name"] for column in matrix["columns"]].index(role)
    return {str(row["label"]): row["cells"][column] for row in matrix["rows"]}


def test_the_matrix_reads_the_database_and_marks_what_was_changed_by_hand():
    assert not any(cell.differs for role in ROLES for cell in cells(role).values())
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(Permission.objects.get(codename="submit_translation"))
    editors.permissions.add(Permission.objects.get(codename="change_user"))
    found = {label for label, cell in cells("Editors").items() if cell.differs}
    assert len(found) == 2
    assert {"people.change_user"} == {name for row in read_matrix()["extra"] for name in row["permissions"]}


def test_the_matrix_says_partly_where_part_of_the_permissions_is_missing():
    page_permission = GroupPagePermission.objects.filter(group__name="Editors", permission__codename="add_page").first()
    page_permission.delete()
    assert [cell.state for cell in cells("Editors").values() if cell.differs and cell.state == "part"]


@pytest.mark.parametrize("role", sorted(IN_ADMIN))
def test_the_matrix_is_shown_in_the_admin_with_translated_names(as_user, make_user, role):
    Group.objects.create(name="Ondernemingsraad")
    response = as_user(make_user(groups=[role], locale="en")).get(reverse("roles_report"))
    assert response.status_code == 200
    for name in ("Community managers", "Ondernemingsraad", "Publish, lock and delete all pages"):
        assert name in response.content.decode()


def test_hr_reads_who_works_here_and_editors_do_not(as_user, make_user, user):
    assert user.get_full_name() in as_user(make_user(groups=["HR"])).get(reverse("colleagues_report")).content.decode()
    response = as_user(make_user(groups=["Editors"])).get(reverse("colleagues_report"))
    assert response.status_code == 302


def test_files_are_kept_on_every_collection_by_editors_and_hr():
    root = Collection.get_first_root_node()
    for role in IN_ADMIN:
        codenames = set(
            GroupCollectionPermission.objects.filter(group__name=role, collection=root).values_list(
                "permission__codename", flat=True
            )
        )
        assert {
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "choose_document",
            "add_media",
        } <= codenames
