"""Small and large changes: what an editor says of a new version, what readers see of it, and two versions compared."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Page, PageViewRestriction, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from guidelines.models import ChapterPage, ManualIndexPage, ManualPage, PageChange, Size
from guidelines.services.changes import word_line
from people.forgetting import forget_person
from tests.factories import ChapterFactory, ManualFactory, UserFactory

pytestmark = pytest.mark.django_db
LINE = "Bel nu eerst de wacht, dan pas 112."


@pytest.fixture
def manual(trunk):
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken", summary="Zo blijf je heel.")
    return publish(page)


@pytest.fixture
def editor(make_user):
    return make_user(is_superuser=True, first_name="Redacteur")


def publish(page, user=None, **fields):
    """A new version with these fields, published."""
    page = fresh(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision(user=user).publish()
    return fresh(page)


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def large(page, line=LINE, **fields):
    return publish(page, change_size="large", change_note=line, **fields)


def newest(page) -> PageChange:
    return PageChange.objects.of_page(page.pk).first()


def sizes(page) -> list[str]:
    return list(PageChange.objects.of_page(page.pk).values_list("size", flat=True))


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def posted(page, **fields) -> dict:
    """What the admin posts for a manual."""
    usual = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "keywords": "",
        "image": "",
        "image_alt": "",
        "owner_colleague": page.owner_colleague_id or UserFactory().pk,
        "deputy": "",
        "reviewed_on": "",
        "review_by": "",
        "body": streamfield([("rich_text", rich_text("<p>Nieuw.</p>"))]),
        "comments": inline_formset([]),
    }
    return nested_form_data({**usual, **fields})


def edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# Publishing


def test_the_first_version_changes_nothing(manual):
    change = newest(manual)
    assert (change.size, change.edition, change.language) == (Size.FIRST, 0, "nl")


def test_who_says_nothing_makes_a_small_change(manual):
    publish(manual, summary="Zo blijf je gezond.")
    assert sizes(manual) == [Size.SMALL, Size.FIRST] and newest(manual).edition == 0


def test_the_admin_form_keeps_what_the_editor_said_and_is_empty_afterwards(as_user, editor, manual):
    client = as_user(editor)
    data = posted(manual, change_size="large", change_note=LINE, **{"action-publish": "1"})
    assert client.post(edit_url(manual), data).status_code == 302
    change = newest(manual)
    assert (change.size, change.line, change.line_language, change.edition) == (Size.LARGE, LINE, "nl", 1)
    assert change.published_by == editor
    page = fresh(manual)
    assert (page.change_size, page.change_note) == ("", "")
    form = soup(client.get(edit_url(manual)))
    assert form.select_one("[name=change_note]").get("value", "") == ""
    assert form.select_one("[name=change_size][checked]")["value"] == "small"


@pytest.mark.parametrize("line", ["", "   ", "x" * 201])
def test_a_large_change_without_a_fitting_line_is_refused_beside_its_field(as_user, editor, manual, line):
    data = posted(manual, change_size="large", change_note=line, summary="Anders.", **{"action-publish": "1"})
    response = as_user(editor).post(edit_url(manual), data)
    form = response.context["form"]
    assert set(form.errors) == {"change_note"} and sizes(manual) == [Size.FIRST]
    assert "Anders." in response.content.decode()


def test_a_draft_may_leave_the_line_open(as_user, editor, manual):
    response = as_user(editor).post(edit_url(manual), posted(manual, change_size="large", change_note=""))
    assert response.status_code == 302 and sizes(manual) == [Size.FIRST]
    assert fresh(manual).get_latest_revision_as_object().change_size == "large"


def test_a_page_that_was_never_published_is_not_asked(as_user, editor, trunk):
    draft = ManualFactory(parent=trunk(ManualIndexPage), live=False, first_published_at=None)
    ManualPage.objects.filter(pk=draft.pk).update(first_published_at=None)
    draft.save_revision()
    client = as_user(editor)
    assert soup(client.get(edit_url(draft))).select("[name=change_size]") == []
    assert client.post(edit_url(draft), posted(draft, **{"action-publish": "1"})).status_code == 302
    assert sizes(draft) == [Size.FIRST]


def test_a_scheduled_version_says_it_when_it_comes_out(manual):
    page = fresh(manual)
    page.change_size, page.change_note = "large", LINE
    page.go_live_at = timezone.now() + timedelta(hours=1)
    revision = page.save_revision()
    revision.publish()
    assert sizes(manual) == [Size.FIRST]
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    content = revision.content | {"go_live_at": (timezone.now() - timedelta(minutes=1)).isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(content=content)
    call_command("publish_scheduled")
    assert sizes(manual) == [Size.LARGE, Size.FIRST] and newest(manual).line == LINE


def test_what_is_scheduled_for_the_first_time_is_no_version_yet(trunk):
    page = ManualFactory(parent=trunk(ManualIndexPage), live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert sizes(page) == []


def test_a_workflow_publishes_what_its_writer_said(as_user, make_user, editor, manual):
    writer = make_user(groups=["Editors"])
    task = GroupApprovalTask.objects.create(name="Lezen")
    workflow = Workflow.objects.create(name="Lezen")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=manual)
    page = fresh(manual)
    page.change_size, page.change_note = "large", LINE
    page.save_revision(user=writer)
    state = workflow.start(fresh(manual), writer)
    state.current_task_state.approve(user=editor)
    assert (newest(manual).size, newest(manual).line) == (Size.LARGE, LINE)
    assert newest(manual).published_by == writer


def test_a_later_draft_does_not_say_the_same_again(manual):
    page = fresh(manual)
    page.change_size, page.change_note = "large", LINE
    first = page.save_revision()
    page.summary = "Nog iets."
    page.save_revision()
    first.publish()
    later = fresh(manual).get_latest_revision()
    later.publish()
    assert sizes(manual) == [Size.SMALL, Size.LARGE, Size.FIRST]


def test_publishing_the_same_version_twice_is_one_change(manual):
    page = large(manual)
    page.latest_revision.publish()
    page.latest_revision.publish()
    assert sizes(manual) == [Size.LARGE, Size.FIRST]


def test_large_without_a_line_outside_the_form_is_small(manual):
    publish(manual, change_size="large", change_note="  ")
    assert newest(manual).size == Size.SMALL


def test_the_database_refuses_a_large_change_without_a_line(manual):
    with pytest.raises(IntegrityError), transaction.atomic():
        PageChange.objects.filter(page=manual.pk).update(size=Size.LARGE)


# Translations


def translate(page, **fields):
    """A translation by hand, published."""
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    return publish(english, alias_of=None, **fields)


@pytest.fixture
def english(manual):
    twin = manual.get_translations().filter(locale__language_code="en").first()
    if twin:
        twin.delete()
    return translate(fresh(manual), title="Working safely")


def test_an_alias_has_no_versions_of_its_own(manual):
    large(manual)
    twins = Page.objects.filter(translation_key=manual.translation_key, alias_of__isnull=False)
    assert twins.exists() and not PageChange.objects.filter(page__in=twins).exists()
    assert all(twin.specific.change_note == "" for twin in twins)


def test_a_translation_takes_over_what_the_original_said(manual, english):
    large(manual)
    assert newest(english).size == Size.FIRST
    publish(english, summary="Call the guard first.")
    change = newest(english)
    assert (change.size, change.line, change.line_language, change.language) == (Size.LARGE, LINE, "nl", "en")
    assert change.edition == newest(manual).edition == 1
    publish(english, summary="A typo less.")
    assert newest(english).size == Size.SMALL


def test_a_translator_by_hand_may_say_it_in_their_own_words(as_user, user, manual, english):
    large(manual)
    large(english, line="Call the guard before 112.")
    page = soup(as_user(user).get(fresh(english).url))
    assert "Call the guard before 112." in page.select_one("#changes").get_text()
    assert LINE not in page.get_text()
    assert LINE in soup(as_user(user).get(fresh(manual).url)).select_one("#changes").get_text()


def test_words_taken_over_are_marked_with_their_language(as_user, user, manual, english):
    large(manual)
    publish(english)
    page = soup(as_user(user).get(fresh(english).url))
    assert page.select_one("#changes [data-line]")["lang"] == "nl"
    word_line(change=newest(english), line="Call the guard first. ")
    line = soup(as_user(user).get(fresh(english).url)).select_one("#changes [data-line]")
    assert line.get_text() == "Call the guard first." and not line.has_attr("lang")


# What readers see


def test_large_changes_are_in_sight_and_small_ones_behind(as_user, user, manual):
    large(manual, line="Eén nummer.")
    publish(manual, change_note="Een typefout.")
    publish(manual)
    page = soup(as_user(user).get(manual.url))
    listed = page.select("#changes > div > ol > li")
    assert [row.select_one("[data-line]").get_text() for row in listed] == ["Eén nummer."]
    assert len(page.select("#changes details li")) == 2
    assert "Een typefout." in page.select_one("#changes details").get_text()
    assert page.select_one("[data-since]").has_attr("hidden")
    assert page.select_one("[data-since]")["data-newest"] == str(fresh(manual).live_revision_id)


def test_a_text_that_never_changed_shows_no_list(as_user, user, manual):
    assert soup(as_user(user).get(manual.url)).select_one("#changes") is None


def test_readers_never_see_who_published(as_user, user, editor, manual):
    publish(manual, user=editor, change_size="large", change_note=LINE)
    assert "Redacteur" not in as_user(user).get(manual.url).content.decode()
    assert "Redacteur" not in as_user(user).get(compare_url(manual)).content.decode()


def test_the_list_of_changes_shows_at_once_also_on_a_kept_page(as_user, user, manual):
    client = as_user(user)
    client.get(manual.url)
    large(manual)
    assert LINE in client.get(manual.url).content.decode()


# Two versions


def compare_url(page, **versions) -> str:
    query = "&".join(f"{name}={value}" for name, value in versions.items())
    return f"/en/manuals/{page.pk}/compare/?{query}"


def test_the_last_two_versions_stand_beside_each_other(as_user, user, manual):
    body = [("rich_text", "<p>Bel eerst 112.</p><p>Wacht op hulp.</p>")]
    publish(manual, body=body)
    large(manual, body=[("rich_text", "<p>Bel eerst de wacht.</p><p>Wacht op hulp.</p>")])
    page = soup(as_user(user).get(compare_url(manual)))
    assert "112." in page.select_one("del").get_text()
    assert "de wacht." in page.select_one("ins").get_text()
    left, right = page.select(".versions__row:has(ins) > p")
    assert left.select("ins") == [] and right.select("del") == []
    assert LINE in page.select_one(".lead").get_text()


def test_any_two_published_versions_in_either_order(as_user, user, manual):
    first = manual.live_revision_id
    publish(manual, summary="Tweede.")
    third = publish(manual, summary="Derde.").live_revision_id
    for versions in ({"before": first, "after": third}, {"before": third, "after": first}):
        page = soup(as_user(user).get(compare_url(manual, **versions)))
        assert "Derde." in page.select_one("ins").get_text()
        assert "Tweede." not in page.select_one(".versions").get_text()


def test_markup_in_a_text_is_shown_as_text(as_user, user, manual):
    publish(manual, summary="<script>alert(1)</script> & <b>vet</b>")
    content = as_user(user).get(compare_url(manual)).content.decode()
    assert "<script>alert" not in content and "alert(1)" in content


def test_what_is_only_a_draft_or_another_pages_is_not_there(as_user, user, manual, trunk):
    publish(manual, summary="Anders.")
    draft = fresh(manual).save_revision()
    other = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Ander"))
    client = as_user(user)
    for number in (draft.pk, other.live_revision_id, 0, 10**8, "x", "%00", "1e3", "9" * 30):
        assert client.get(compare_url(manual, before=number)).status_code == 404, number
        assert client.get(compare_url(manual, after=number)).status_code == 404, number


def test_only_one_version_is_said_kindly(as_user, user, manual):
    assert soup(as_user(user).get(compare_url(manual))).select_one(".empty")


def test_versions_that_were_thrown_away_cannot_be_compared_and_break_nothing(as_user, user, manual):
    old = manual.live_revision
    large(manual)
    old.delete()
    client = as_user(user)
    assert soup(client.get(compare_url(manual))).select_one(".empty")
    page = soup(client.get(manual.url))
    assert page.select_one("#changes [data-line]") and page.select("#changes li a") == []


def test_a_closed_page_is_compared_by_nobody_outside(as_user, make_user, manual):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    large(manual)
    restriction = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())
    assert as_user(outsider).get(compare_url(manual)).status_code == 404
    assert as_user(member).get(compare_url(manual)).status_code == 200
    manual.unpublish()
    assert as_user(member).get(compare_url(manual)).status_code == 404


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999", "9" * 300])
def test_odd_page_numbers_are_simply_not_there(as_user, user, number):
    assert as_user(user).get(f"/en/manuals/{number}/compare/").status_code == 404


def test_an_alias_is_compared_by_the_versions_of_its_original(as_user, user, manual):
    large(manual, summary="Nieuw begin.")
    alias = manual.get_translations().get()
    page = soup(as_user(user).get(compare_url(alias)))
    assert "Nieuw" in page.select_one("ins").get_text()
    assert page.select_one(".versions[lang=nl]")


def test_comparing_costs_the_same_with_ten_times_the_versions(as_user, user, manual, django_assert_max_num_queries):
    publish(manual, summary="Een.")
    client = as_user(user)
    client.get(compare_url(manual))
    with django_assert_max_num_queries(10):
        client.get(compare_url(manual))
    for number in range(20):
        publish(manual, summary=f"Versie {number}.")
    client.get(compare_url(manual))
    with django_assert_max_num_queries(10):
        client.get(compare_url(manual))


def test_a_very_long_text_is_compared_all_the_same(as_user, user, manual):
    publish(manual, body=[("rich_text", "<p>" + "water " * 8000 + "</p>")])
    publish(manual, body=[("rich_text", "<p>" + "water leiding " * 4000 + "</p>")])
    assert soup(as_user(user).get(compare_url(manual))).select("ins")


def test_who_is_forgotten_published_it_all_the_same(editor, make_user, manual):
    writer = make_user()
    publish(manual, user=writer, change_size="large", change_note=LINE)
    assert newest(manual).published_by == writer
    forget_person(person=writer, by=editor)
    assert newest(manual).published_by is None and newest(manual).line == LINE


def test_a_deleted_page_takes_its_versions_along(manual):
    chapter = publish(ChapterFactory(parent=fresh(manual), title="Lijm"))
    assert sizes(chapter) == [Size.FIRST]
    ChapterPage.objects.get(pk=chapter.pk).delete()
    assert not PageChange.objects.filter(page=chapter.pk).exists()
