"""What editors are helped with: previews of somebody's plan, what to look at, and refusals of deleting what is in use."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from guidelines.models import ManualIndexPage
from notifications.models import Message
from onboarding.checks import cycle_from, findings_of, waiting_graph
from onboarding.models import Enrolment, PathPage, StepPage
from onboarding.services import complete_step, enrol
from tests.factories import ManualFactory, StepFactory

from .conftest import publish
from .test_authoring_form import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles():
    call_command("create_roles", verbosity=0)


@pytest.fixture
def editor(roles, make_user):
    return make_user(groups=["Editors"])


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken"))


@pytest.fixture
def reading_step(phases, manual):
    return publish(StepFactory(parent=phases[0], title="Lees over veiligheid", reads=manual))


def of_path(name: str, path: PathPage) -> str:
    return reverse(name, args=[path.translation_key])


AS = {"language": "nl", "start_date": "2026-10-01", "working_days": ["0", "1", "3"]}


# Preview ---------------------------------------------------------------------------------


def test_the_preview_dates_the_plan_and_tells_every_message_without_sending_one(as_user, editor, path, phases):
    publish(StepFactory(parent=phases[0], title="Alleen Engels", audience_language="en"))
    publish(StepFactory(parent=phases[0], title="Kennis maken", assignee="buddy"))
    response = as_user(editor).get(of_path("onboarding_preview_as", path), AS)
    rows = response.context["table"].rows
    assert [row[1] for row in rows].count("Kennis maken") == 1
    assert "Alleen Engels" not in str(rows) and "2026" in rows[0][0]
    assert "Kennis maken" in str(response.context["messages_table"].rows)
    assert response.context["missing"] and Message.objects.count() == 0 and Enrolment.objects.count() == 0


def test_the_preview_is_of_whom_the_form_says(as_user, editor, path, phases):
    publish(StepFactory(parent=phases[0], title="Alleen Engels", audience_language="en"))
    client, url = as_user(editor), of_path("onboarding_preview_as", path)
    english = client.get(url, {**AS, "language": "en"})
    assert "Alleen Engels" in str(english.context["table"].rows)
    whole_week = client.get(url, {**AS, "working_days": ["0", "1", "2", "3", "4"]}).context["plan"]
    monday_only = client.get(url, {**AS, "working_days": ["0"]}).context["plan"]
    assert whole_week.first_day == date(2026, 10, 1) and monday_only.first_day == date(2026, 10, 5)


def test_a_draft_step_is_in_the_preview(as_user, editor, path, phases):
    StepFactory(parent=phases[0], title="Nog een concept", live=False)
    response = as_user(editor).get(of_path("onboarding_preview_as", path), AS)
    assert "Nog een concept" in str(response.context["table"].rows)


def test_what_a_draft_changes_of_a_published_step_is_in_the_preview(as_user, editor, path, phases, steps):
    step = steps[0]
    step.title, step.assignee, step.audience_language = "Anders genoemd", "buddy", "nl"
    step.save_revision()
    rows = as_user(editor).get(of_path("onboarding_preview_as", path), AS).context["table"].rows
    assert any(row[1] == "Anders genoemd" for row in rows)
    english = as_user(editor).get(of_path("onboarding_preview_as", path), {**AS, "language": "en"})
    assert "Anders genoemd" not in str(english.context["table"].rows)
    assert StepPage.objects.get(pk=step.pk).title != "Anders genoemd"


def test_a_step_without_a_date_says_what_it_waits_for(as_user, editor, path, phases, steps):
    publish(StepFactory(parent=phases[0], title="Daarna", due_from="step", due_step=steps[0], due_count=2))
    rows = as_user(editor).get(of_path("onboarding_preview_as", path), AS).context["table"].rows
    assert [steps[0].title in row[0] for row in rows if row[1] == "Daarna"] == [True]


@pytest.mark.parametrize(
    "query", [{"start_date": "gisteren"}, {**AS, "working_days": ["9"]}, {**AS, "team": "x"}, {**AS, "language": "fr"}]
)
def test_nonsense_is_said_beside_its_field(as_user, editor, path, query):
    response = as_user(editor).get(of_path("onboarding_preview_as", path), query)
    assert response.status_code == 200 and response.context["form"].errors and response.context["plan"] is None


@pytest.mark.parametrize("name", ["onboarding_preview_as", "onboarding_look_at"])
@pytest.mark.parametrize("role", ["Employees", "Moderators"])
def test_who_does_not_write_paths_opens_none_of_it(as_user, roles, make_user, path, name, role):
    assert as_user(make_user(groups=[role])).get(of_path(name, path)).status_code in (302, 403)


@pytest.mark.parametrize("name", ["onboarding_preview_as", "onboarding_look_at"])
@pytest.mark.parametrize("role", ["Editors", "HR"])
def test_editors_and_hr_do(as_user, roles, make_user, path, name, role):
    assert as_user(make_user(groups=[role])).get(of_path(name, path)).status_code == 200


def test_the_pages_are_reached_from_the_path(as_user, editor, path, steps):
    for page in (path, steps[0]):
        content = as_user(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert of_path("onboarding_preview_as", path) in content


# What to look at -------------------------------------------------------------------------


def texts_about(path, step) -> str:
    _outline, found = findings_of(path.translation_key)
    return " ".join(finding.text for finding in found if finding.step.key == step.translation_key)


def test_a_page_to_read_that_was_unpublished_is_broken(path, reading_step, manual):
    assert "published" not in texts_about(path, reading_step)
    manual.unpublish()
    _outline, found = findings_of(path.translation_key)
    assert [f.is_broken for f in found if f.step.key == reading_step.translation_key][0]


def test_a_fixed_date_on_a_holiday_and_a_day_outside_the_phase_are_said(path, phases):
    holiday = publish(StepFactory(parent=phases[0], title="Kerst", due_from="fixed", due_date=date(2030, 12, 25)))
    late = publish(StepFactory(parent=phases[0], title="Laat", due_from="start", due_count=60))
    workday = publish(StepFactory(parent=phases[0], title="Goed", due_from="start", due_count=2))
    base = len(texts_about(path, workday))
    assert len(texts_about(path, holiday)) > base and len(texts_about(path, late)) > base


def test_a_quiz_without_questions_is_broken(path, phases):
    quiz = publish(StepFactory(parent=phases[0], title="Toets", kind="quiz"))
    _outline, found = findings_of(path.translation_key)
    assert any(finding.is_broken for finding in found if finding.step.key == quiz.translation_key)


def test_a_round_of_steps_that_wait_for_each_other_is_found(path, steps):
    steps[0].prerequisites.create(step=steps[1])
    publish(steps[0])
    steps[1].due_from, steps[1].due_step = "step", steps[0]
    publish(steps[1])
    waits, _titles = waiting_graph(path.path)
    first, second = steps[0].translation_key, steps[1].translation_key
    assert cycle_from(first, waits) == [first, second, first]
    assert cycle_from(steps[2].translation_key, waits) == []
    _outline, found = findings_of(path.translation_key)
    broken = [each for each in found if each.is_broken and steps[0].title in each.text and steps[1].title in each.text]
    assert [each.step.key for each in broken] == [first, second]


@pytest.fixture
def submitted(editor, phases):
    """``submitted(step)``: its last draft waits for approval; returns ``approve(where, **posted)``."""
    workflow, task = Workflow.objects.create(name="Nalezen"), GroupApprovalTask.objects.create(name="Nalezen")
    WorkflowTask.objects.create(workflow=workflow, task=task)

    def submit(step):
        workflow.start(step, editor)
        state = step.current_workflow_task_state

        def approve(client, in_form: bool, **posted) -> tuple[str, str]:
            posted = {"workflow-action-name": "approve", "action-workflow-action": "true", **filled_in(**posted)}
            url = reverse("wagtailadmin_pages:edit", args=[step.pk])
            if not in_form:
                url, posted = reverse("wagtailadmin_pages:workflow_action", args=[step.pk, "approve", state.pk]), {}
            response = client.post(url, posted, follow=True)
            state.refresh_from_db()
            return state.status, " ".join(str(message) for message in get_messages(response.wsgi_request))

        return approve

    return submit


@pytest.mark.parametrize("in_form", [True, False])
def test_a_round_that_two_drafts_close_is_refused_or_broken(as_user, make_user, path, phases, submitted, in_form):
    first, second = (publish(StepFactory(parent=phases[0], title=title, kind="do")) for title in ("Eerst", "Daarna"))
    first.prerequisites.create(step=second)
    first.save_revision()
    StepPage.objects.get(pk=first.pk).prerequisites.all().delete()
    approve = submitted(first)
    second.prerequisites.create(step=first)
    publish(second)
    client = as_user(make_user(is_superuser=True, locale="nl"))
    posted = {"title": first.title, "slug": first.slug, "kind": "do", "prerequisites": [second]}
    status, _said = approve(client, in_form, **posted)
    # Beside the field where there is a form; without one it is what to look at first.
    assert status == ("in_progress" if in_form else "approved")
    about = texts_about(path, first)
    assert ("Daarna → Eerst" in about) is not in_form
    if not in_form:
        assert {"Eerst", "Daarna"} <= {
            each.step.title for each in findings_of(path.translation_key)[1] if each.is_broken
        }
        # However it came to be published: nobody is stuck in it.
        walk = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
        for step in (first, second):
            assert complete_step(enrolment=walk, step_key=step.translation_key).done


def test_what_to_look_at_is_said_after_approving_as_after_publishing(as_user, make_user, phases, submitted):
    step = publish(StepFactory(parent=phases[0], title="Kerst", kind="do"))
    step.due_from, step.due_date = "fixed", date(2030, 12, 25)
    step.save_revision()
    client = as_user(make_user(is_superuser=True, locale="nl"))
    posted = {
        "title": step.title,
        "slug": step.slug,
        "kind": "do",
        "due_from": "fixed",
        "due_date": "2030-12-25",
        "body": (),
    }
    status, said = submitted(step)(client, True, **posted)
    assert status == "approved" and "25 december 2030" in said


def test_a_step_with_nothing_to_read_is_broken(path, phases, reading_step):
    empty = publish(StepFactory(parent=phases[0], title="Leeg"))
    _outline, found = findings_of(path.translation_key)
    broken = {finding.step.key for finding in found if finding.is_broken}
    assert empty.translation_key in broken and reading_step.translation_key not in broken


# Deleting --------------------------------------------------------------------------------


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def test_a_path_somebody_was_on_is_not_deleted(as_user, editor, path, enrolment):
    delete(as_user(editor), path)
    delete(as_user(editor), path.get_parent())
    assert PathPage.objects.filter(pk=path.pk).exists()


def test_a_path_nobody_was_on_is_deleted(as_user, editor, path):
    delete(as_user(editor), path)
    assert not PathPage.objects.filter(pk=path.pk).exists()


def test_a_page_that_steps_read_is_replaced_first(as_user, editor, trunk, reading_step, manual):
    other = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Nieuwer", slug="nieuwer"))
    client, url = as_user(editor), reverse("onboarding_replace_page", args=[manual.pk])
    response = delete(client, manual)
    assert response["Location"].endswith(f"/replace/{manual.pk}/") and Page.objects.filter(pk=manual.pk).exists()
    assert reading_step.title in client.get(url).content.decode()
    for wrong in ("", "999999", str(manual.pk), "x"):
        assert client.post(url, {"page": wrong}).status_code == 422
    assert client.post(url, {"page": other.pk}).status_code == 302
    step = StepPage.objects.get(pk=reading_step.pk)
    assert step.reads_id == other.pk and step.live and not step.has_unpublished_changes
    delete(client, manual)
    assert not Page.objects.filter(pk=manual.pk).exists()
    assert client.get(url, follow=True).status_code == 404


def test_without_a_step_to_change_deleting_is_asked_as_ever(as_user, editor, manual):
    response = as_user(editor).get(reverse("onboarding_replace_page", args=[manual.pk]))
    assert response.url == reverse("wagtailadmin_pages:delete", args=[manual.pk])


def test_many_at_once_are_refused_as_one_is(as_user, editor, path, enrolment, reading_step, manual):
    client = as_user(editor)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    for page in (path, manual):
        client.post(f"{url}?id={page.pk}")
        assert Page.objects.filter(pk=page.pk).exists()


def test_who_may_not_delete_the_page_replaces_nothing(as_user, roles, make_user, reading_step, manual):
    client = as_user(make_user(groups=["HR"]))
    assert client.get(reverse("onboarding_replace_page", args=[manual.pk])).status_code in (302, 403)


def test_a_copied_path_has_keys_of_its_own(path, steps):
    twin = path.copy(recursive=True, update_attrs={"slug": "kopie", "title": "Kopie"})
    keys = {step.translation_key for step in StepPage.objects.descendant_of(twin)}
    assert len(keys) == len(steps) and not keys & {step.translation_key for step in steps}


# The list and the lock ------------------------------------------------------------------------


def test_the_list_of_paths_counts_what_waits_and_what_is_broken(as_user, editor, path, reading_step, manual):
    manual.unpublish()
    [(page, waiting, broken, _others, _going_on)] = as_user(editor).get(reverse("onboarding_paths")).context["rows"]
    # The steps of the path itself have nothing to read.
    assert (page, waiting) == (path, 0) and broken == 5


@pytest.mark.parametrize("role", ["Employees", "Moderators"])
def test_the_list_of_paths_is_for_who_publishes_them(as_user, roles, make_user, path, role):
    assert as_user(make_user(groups=[role])).get(reverse("onboarding_paths")).status_code in (302, 403)


def test_a_locked_path_locks_its_phases_and_steps_for_others(as_user, editor, make_user, path, phases, steps):
    PathPage.objects.filter(pk=path.pk).update(locked=True, locked_by=editor)
    colleague = make_user(groups=["Editors"])
    for page in (phases[0], steps[0]):
        page.refresh_from_db()
        assert page.permissions_for_user(colleague).page_locked()
        assert not page.permissions_for_user(editor).page_locked()
    assert as_user(colleague).get(reverse("wagtailadmin_pages:edit", args=[steps[0].pk])).status_code == 200


def test_a_locked_path_gets_no_steps_from_others_and_loses_none_to_them(
    as_user, editor, make_user, path, phases, steps
):
    PathPage.objects.filter(pk=path.pk).update(locked=True, locked_by=editor)
    client = as_user(make_user(groups=["Editors"]))
    add = reverse("wagtailadmin_pages:add", args=["onboarding", "steppage", phases[0].pk])
    move = reverse("wagtailadmin_pages:move_confirm", args=[steps[0].pk, phases[1].pk])
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={steps[0].pk}"
    assert client.get(add).status_code == 302
    assert client.post(reverse("wagtailadmin_pages:delete", args=[steps[0].pk])).status_code == 302
    assert client.post(move).status_code == 302 and client.post(many).status_code == 302
    step = StepPage.objects.get(pk=steps[0].pk)
    assert step.live and step.path == steps[0].path
    assert as_user(editor).get(add).status_code == 200
