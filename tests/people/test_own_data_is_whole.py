"""Whatever points to a colleague is in what they can take along, and is let go of when they are forgotten: or it says why not.

A new model with a link to a colleague fails here until somebody decided both.
"""

import json

import pytest
from django.apps import apps
from django.core.cache import cache
from wagtail.models import Page

from people.models import User
from people.personal_data import all_parts, collect

# How it is forgotten: the row goes, the link goes, or the row stays and points to the empty account.
GONE, UNLINKED, EMPTY = "gone", "unlinked", "empty"
# Who did something for another's path: it is theirs, and the deed stands in the record ("did_for_others").
DEED = "the deed is in the record of onboarding, without whose it was"
RECORDS = "onboarding"
PAGE_FIELDS = {"owner": ("upkeep", EMPTY), "locked_by": ("not kept: a page that is open for editing", UNLINKED)}
# ``model.field: (part of the download, or why it isn't in one, how it is forgotten)``.
LINKS = {
    "operations.AuditEntry.actor": ("audit", EMPTY),
    "operations.AuditEntry.colleague": ("done by another, about them: roles are in account", EMPTY),
    "home.NewsPage.author": ("news", EMPTY),
    "search.QueryDismissal.dismissed_by": ("search_upkeep", UNLINKED),
    "search.Promotion.owner": ("search_upkeep", UNLINKED),
    "onboarding.ChangeSet.made_by": (DEED, EMPTY),
    "onboarding.ChangeSet.decided_by": (DEED, EMPTY),
    "onboarding.PageEdition.decided_by": ("what was published is in upkeep", EMPTY),
    "onboarding.Enrolment.user": (RECORDS, GONE),
    "onboarding.Enrolment.manager": ("whom they lead is those people's", EMPTY),
    "onboarding.Enrolment.enrolled_by": (DEED, EMPTY),
    "onboarding.Pause.created_by": (DEED, EMPTY),
    "onboarding.Supporter.colleague": (RECORDS, GONE),
    "onboarding.Supporter.stands_in_for": ("the row is of who stands in", GONE),
    "onboarding.HandOverNote.colleague": ("written to them, about another", EMPTY),
    "onboarding.HandOverNote.written_by": (RECORDS, EMPTY),
    "onboarding.OnboardingEvent.actor": (RECORDS, EMPTY),
    "onboarding.HelpRequest.recipient": ("another's question", EMPTY),
    "onboarding.HelpRequest.passed_on_to": ("another's question", EMPTY),
    "onboarding.HelpRequest.answered_by": (RECORDS, EMPTY),
    "onboarding.StepProgress.completed_by": (DEED, EMPTY),
    "onboarding.StepProgress.waived_by": (DEED, EMPTY),
    "onboarding.StepAttempt.completed_by": (DEED, EMPTY),
    "onboarding.StepAttempt.reopened_by": (DEED, EMPTY),
    "onboarding.StepAnswer.given_by": (RECORDS, EMPTY),
    "onboarding.Meeting.with_whom": ("another's plan", EMPTY),
    "onboarding.Meeting.changed_by": (DEED, EMPTY),
    "onboarding.CheckInPoint.written_by": (RECORDS, EMPTY),
    "onboarding.PreboardingInvitation.user": (RECORDS, GONE),
    "onboarding.PreboardingInvitation.sent_by": (DEED, EMPTY),
    "stories.StoryPage.author": ("stories", EMPTY),
    "stories.CallInvitation.person": ("stories", GONE),
    "stories.CallRefusal.person": ("stories", GONE),
    "stories.StoryDraft.author": ("stories", GONE),
    "stories.DraftPhoto_people.user": ("stories", GONE),
    "stories.Portrayal.person": ("stories", EMPTY),
    "stories.StoryReport.reporter": ("stories", EMPTY),
    "stories.StoryReport.settled_by": ("the deed is in what they judged", EMPTY),
    "stories.Submission_excluded_moderators.user": ("stories", EMPTY),
    "stories.Submission.claimed_by": ("stories", UNLINKED),
    "stories.StoryEvent.actor": ("stories", EMPTY),
    "stories.ShareTipsAcknowledgement.user": ("stories", GONE),
    "competencies.Assessment.user": ("development", GONE),
    "competencies.Sharing.assessor": ("development", EMPTY),
    "competencies.ReadMark.user": ("development", GONE),
    "competencies.Goal.user": ("development_plan", GONE),
    "guidelines.HandbookUpload.user": ("manual_checks", EMPTY),
    "guidelines.PageChange.published_by": ("manuals", UNLINKED),
    "guidelines.Feedback.user": ("manuals", UNLINKED),
    "guidelines.Feedback.answered_by": ("manuals", UNLINKED),
    "guidelines.Following.user": ("manuals", GONE),
    "guidelines.Review.by": ("manual_checks", UNLINKED),
    "guidelines.Review.to": ("what others did for them is those others'", UNLINKED),
    "guidelines.Delegation.by": ("manual_checks", GONE),
    "guidelines.Delegation.to": ("manual_checks", GONE),
    "guidelines.ManualPage.owner_colleague": ("manual_checks", UNLINKED),
    "guidelines.ManualPage.deputy": ("manual_checks", UNLINKED),
    "guidelines.ChapterPage.owner_colleague": ("manual_checks", UNLINKED),
    "guidelines.ChapterPage.deputy": ("manual_checks", UNLINKED),
    "conversations.Question.asker": ("questions", UNLINKED),
    "conversations.Question.answered_by": ("questions", EMPTY),
    "conversations.Reaction.user": ("reactions", UNLINKED),
    "notifications.Message.recipient": ("messages", GONE),
    "notifications.Preference.user": ("messages", GONE),
    "notifications.QuietHours.user": ("messages", GONE),
    "people.RetentionPeriods.confirmed_by": ("a decision of the organisation; in upkeep", EMPTY),
    "people.ColleaguesSync.by": ("each change is in upkeep", EMPTY),
    "people.Team_leads.user": ("account", GONE),
    "people.User_groups.user": ("account", GONE),
    "people.User_user_permissions.user": ("no role gives any: the roles are in account", GONE),
    "people.User.manager": ("account", UNLINKED),
    "base.AccessRequest.user": ("upkeep", GONE),
    "base.PortalImage.uploaded_by_user": ("upkeep", EMPTY),
    "base.PortalDocument.uploaded_by_user": ("upkeep", EMPTY),
    "base.PortalMedia.uploaded_by_user": ("upkeep", EMPTY),
    "base.DocumentVersion.replaced_by": ("upkeep", EMPTY),
    "account.EmailAddress.user": ("signing_in", GONE),
    "socialaccount.SocialAccount.user": ("signing_in", GONE),
    "usersessions.UserSession.user": ("signing_in", GONE),
    "mfa.Authenticator.user": ("signing_in", GONE),
    "wagtail_localize.StringTranslation.last_translated_by": ("upkeep", EMPTY),
    "wagtail_localize.SegmentOverride.last_translated_by": ("upkeep", EMPTY),
    "wagtailmedia.Media.uploaded_by_user": ("not used: base.PortalMedia is", EMPTY),
    "wagtaildocs.Document.uploaded_by_user": ("not used: base.PortalDocument is", EMPTY),
    "wagtailimages.Image.uploaded_by_user": ("not used: base.PortalImage is", EMPTY),
    "wagtailusers.UserProfile.user": ("how the admin looks; language and time zone are in account", GONE),
    "wagtailadmin.EditingSession.user": ("kept for minutes: who has a page open", GONE),
    "wagtailadmin.FormState.user": ("kept for hours: a form that is being filled in", GONE),
    "wagtailcore.APIToken.user": ("signing_in", GONE),
    "wagtailcore.ModelLogEntry.user": ("upkeep", EMPTY),
    "wagtailcore.PageLogEntry.user": ("upkeep", EMPTY),
    "wagtailcore.Revision.user": ("upkeep", EMPTY),
    "wagtailcore.UploadedFile.uploaded_by_user": ("kept for a moment: a file between two pages of a form", GONE),
    "wagtailcore.WorkflowState.requested_by": ("upkeep", EMPTY),
    "wagtailcore.TaskState.finished_by": ("upkeep", EMPTY),
    "wagtailcore.Comment.user": ("upkeep", EMPTY),
    "wagtailcore.Comment.resolved_by": ("another's comment", EMPTY),
    "wagtailcore.CommentReply.user": ("upkeep", EMPTY),
    "wagtailcore.PageSubscription.user": ("upkeep", GONE),
}


def links() -> set[str]:
    """Every foreign key to a colleague, also those of the tables between."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is User:
                owner = field.model if issubclass(model, Page) and field.model in (Page, model) else model
                if issubclass(model, Page) and field.name in PAGE_FIELDS:
                    continue
                found.add(f"{owner._meta.label}.{field.name}")
    return found


def test_every_link_to_a_colleague_was_decided_on():
    unknown = links() - set(LINKS)
    assert not unknown, f"decide what of it somebody takes along, and what goes when they are forgotten: {unknown}"
    installed = {config.label for config in apps.get_app_configs()}
    gone = {name for name in set(LINKS) - links() if name.split(".")[0] in installed}
    assert not gone, f"these aren't there any more: {gone}"


def test_what_is_said_to_be_in_the_download_is_a_part_of_it_or_a_reason():
    parts = {part.name for part in all_parts()}
    for name, (part, how) in {**LINKS, **PAGE_FIELDS}.items():
        assert part in parts or " " in part, name
        assert how in (GONE, UNLINKED, EMPTY)


@pytest.mark.django_db
def test_what_somebody_did_in_the_admin_and_signs_in_with_is_in_it(make_user, as_user):
    from allauth.account.models import EmailAddress
    from wagtail.log_actions import log

    from base.models import AccessRequest
    from tests.factories import ImageFactory

    person, other = make_user(), make_user(first_name="Iemand", last_name="Anders")
    EmailAddress.objects.create(user=person, email="vroeger@example.org")
    ImageFactory(uploaded_by_user=person, title="Sluis bij nacht")
    ImageFactory(uploaded_by_user=other, title="Van een ander")
    AccessRequest.objects.create(user=person, page_key=person.key, reason="Voor mijn werk")
    log(instance=other, action="wagtail.edit", user=person)
    data = json.dumps(collect(person), ensure_ascii=False)
    for words in ("vroeger@example.org", "Sluis bij nacht", "Voor mijn werk", "wagtail.edit"):
        assert words in data
    assert "Van een ander" not in data and "Iemand Anders" not in data


@pytest.mark.django_db
def test_the_download_is_made_so_often_and_no_more(as_user, make_user):
    cache.clear()
    client = as_user(make_user())
    answers = [client.post("/en/people/me/data/").status_code for _time in range(7)]
    assert answers == [200] * 6 + [429]
    assert as_user(make_user()).post("/en/people/me/data/").status_code == 200
