"""Somebody of the demo under a name that is nowhere else, and what they say everywhere: to look for once they are forgotten."""

import io
import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.log_actions import log
from wagtail.models import Comment, Page, PageSubscription

from base.asking import ask_for_access
from competencies.models import CompetencyPage, CompetencyProfilePage
from competencies.services.assessing import asked_keys, rate_oneself, start_assessment
from competencies.services.planning import Aim, add_goal
from conversations.desk import answer_question, ask_question, version_of
from conversations.services import add_reaction
from guidelines.models import ManualPage
from guidelines.services.feedback import give_feedback
from notifications.services import choose_cadence, notify
from onboarding.models import Enrolment, HelpRequest, StepProgress, Supporter
from onboarding.services import asking
from onboarding.services.check_in import add_point
from onboarding.services.naming import write_note
from people.models import User
from stories.models import Portrayal, StoryPage, Submission
from stories.services import approve_story, save_draft, send_story
from stories.services.reporting import report_story
from stories.services.writing.photos import add_photo

MARKS = {
    "first_name": "Zwaluwhilde",
    "last_name": "Kwikstaartsma",
    "email": "zwaluw.kwikstaart@merk.example",
    "staff_number": "ZK-904177",
    "job_title": "Merkenhoedster",
    "job_title_en": "Brandwarden",
    "phone": "+31 6 40417 90417",
}
PHOTO = "zwaluwfoto"


def word_for(deed: str) -> str:
    """The word that is only in what ``deed`` says."""
    return f"{deed.replace('_', '')}lijsterbes"


def picture(name: str, colour: str) -> ContentFile:
    """A small JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return ContentFile(file.getvalue(), name=name)


def values_of(person: User) -> list[str]:
    """What tells who somebody is, as their fields have it; numbers of four digits and first names are everywhere."""
    found = [person.get_full_name(), person.email, person.phone, person.photo.name]
    return [value for value in found if value]


def mark(person: User, administrator: User) -> list[str]:
    """Give everything that tells who they are an unmistakable value; returns all that has to go, the old values too."""
    old = values_of(person)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    log(instance=person, action="wagtail.edit", user=administrator)
    for name, value in MARKS.items():
        setattr(person, name, value)
    person.save()
    if not person.photo:
        person.photo.save(f"{PHOTO}.jpg", picture(f"{PHOTO}.jpg", "teal"))
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    about = {"name": person.get_full_name(), "email": person.email, "preferred_username": "zwaluw.kwikstaart"}
    SocialAccount.objects.create(user=person, provider="oidc", uid="zwaluw.kwikstaart", extra_data=about)
    log(instance=person, action="wagtail.edit", user=administrator)
    log(instance=administrator, action="wagtail.edit", user=person)
    return [*old, *MARKS.values(), person.get_full_name(), PHOTO, "zwaluw.kwikstaart"]


class Deeds:
    """What ``person`` does: each ``do_...`` says its own word somewhere; ``said`` are those that were done."""

    def __init__(self, person: User):
        self.person = person
        self.said: dict[str, str] = {}
        self.enrolment = Enrolment.objects.filter(user=person, ended_on=None).first()
        self.desk = self._another("moderator@demo.example", "moderator2@demo.example")

    def _another(self, *addresses: str) -> User:
        return User.objects.filter(email__in=addresses).exclude(pk=self.person.pk).order_by("pk").first()

    def do_all(self) -> None:
        """Everything that this person can do."""
        for name in [name for name in dir(self) if name.startswith("do_") and name != "do_all"]:
            deed = name.removeprefix("do_")
            if getattr(self, name)(f"Dit zeg ik: {word_for(deed)}.") is not False:
                self.said[deed] = word_for(deed)

    def do_sign_in(self, words):
        """By the form, and around: sessions, lists of devices, one's own data as a file."""
        client = Client(headers={"User-Agent": words})
        answer = client.post("/accounts/login/", {"login": self.person.email, "password": "demo"})
        if "_auth_user_id" not in client.session:
            assert answer.status_code == 200
            client.force_login(self.person)
        for address in ("/nl/", "/nl/people/me/", "/nl/settings/", "/nl/search/?q=zwaluwhilde+kwikstaartsma"):
            assert client.get(address, follow=True).status_code == 200
        session = client.session
        session["typed"] = words
        session.save()
        assert client.post("/nl/people/me/data/").status_code == 200

    def do_draft(self, words):
        draft = save_draft(author=self.person, key=uuid.uuid4(), version=0, values={"title": words, "text": words})
        add_photo(draft=draft, author=self.person, key=uuid.uuid4(), file=picture(f"{PHOTO}.jpg", "red"))

    def do_unpublished_story(self, words):
        self._send(words)

    def do_published_story(self, words):
        submission = self._send(words)
        if submission.state != Submission.State.PUBLISHED:
            approve_story(submission=submission, moderator=self.desk)

    def _send(self, words) -> Submission:
        values = {"title": words, "text": words, "language": "nl"}
        draft = save_draft(author=self.person, key=uuid.uuid4(), version=0, values=values)
        return send_story(draft=draft, author=self.person)

    def do_report(self, words):
        stories = StoryPage.objects.live().filter(alias_of=None, photos__isnull=False)
        page = stories.exclude(author=self.person).first()
        report_story(page=page, reporter=self.person, reason="other", comment=words)
        add_reaction(user=self.person, page=page, kind="thanks")
        Portrayal.objects.get_or_create(story=page, image=page.photos.first().image, person=self.person)

    def do_feedback(self, words):
        page = ManualPage.objects.live().first()
        give_feedback(page=page, edition=0, user=self.person, is_useful=False, comment=words, with_name=True)

    def do_question(self, words):
        ask_question(asker=self.person, text=words, language="nl", key=uuid.uuid4())

    def do_published_question(self, words):
        question = ask_question(asker=self.person, text=words, language="nl", key=uuid.uuid4())
        answerer = self._another("community@demo.example", "editor@demo.example")
        answer_question(
            question=question, by=answerer, answer="Ja.", is_public=True, public_text="Mag dat?",
            seen=version_of(question),
        )  # fmt: skip

    def do_access_request(self, words):
        ask_for_access(user=self.person, page=Page.objects.get(pk=ManualPage.objects.first().pk), reason=words)

    def do_assessment(self, words):
        profile = CompetencyProfilePage.objects.live().filter(alias_of=None).first()
        assessment = start_assessment(user=self.person, profile_key=profile.translation_key)
        key = asked_keys(assessment)[-1]
        seen = assessment.ratings.filter(competency_key=key).values_list("version", flat=True).first() or 0
        rate_oneself(assessment=assessment, competency_key=key, level=1, is_unknown=False, example=words, seen=seen)

    def do_goal(self, words):
        taken = self.person.goals.values("competency_key")
        competency = CompetencyPage.objects.live().exclude(translation_key__in=taken).first()
        aim = Aim(from_level=None, to_level=2, action=words, due_on=timezone.localdate() + timedelta(days=30))
        add_goal(user=self.person, key=uuid.uuid4(), competency_key=competency.translation_key, aim=aim)

    def do_messages(self, words):
        notify(recipient=self.person, kind="story.published", key=words)
        choose_cadence(user=self.person, kind="story.published", cadence="daily")

    def do_page_comment(self, words):
        """An editor's remark beside a page."""
        page = Page.objects.get(pk=ManualPage.objects.first().pk)
        Comment.objects.create(page=page, user=self.person, text=words, contentpath="summary")
        PageSubscription.objects.create(page=page, user=self.person, comment_notifications=True)
        self.person.user_permissions.add(Permission.objects.get(codename="read_figures"))

    def do_onboarding_question(self, words):
        if (row := self._own_step()) is None:
            return False
        asking.ask_question(
            enrolment=self.enrolment, step_key=row.step_key, about=HelpRequest.About.STEP, text=words, language="nl"
        )

    def do_check_in(self, words):
        if (row := self._own_step()) is None:
            return False
        add_point(
            enrolment=self.enrolment, step_key=row.step_key, part="agenda", text=words, writer=self.person,
            point_id=uuid.uuid4(),
        )  # fmt: skip

    def do_be_written_about(self, words):
        """What colleagues wrote about them."""
        if (row := self._own_step()) is None:
            return False
        StepProgress.objects.filter(pk=row.pk).update(waiver_reason=words)
        write_note(enrolment=self.enrolment, role="buddy", text=words, colleague=self.desk, actor=self.desk)

    def _own_step(self) -> StepProgress | None:
        return self.enrolment and self.enrolment.progress.filter(in_plan=True, completed_at=None).first()

    def do_help_another(self, words):
        """What they write to a newcomer whom they walk along with, and to who takes that over."""
        supporter = Supporter.objects.filter(colleague=self.person, enrolment__ended_on=None).first()
        if supporter is None:
            return False
        row = supporter.enrolment.progress.filter(in_plan=True).first()
        add_point(
            enrolment=supporter.enrolment, step_key=row.step_key, part="notes", text=words, writer=self.person,
            point_id=uuid.uuid4(),
        )  # fmt: skip
        write_note(
            enrolment=supporter.enrolment, role=supporter.role, text=words, colleague=self.desk, actor=self.person
        )


def person_named(name: str) -> User:
    """A colleague of the demo by the name in their address."""
    return User.objects.get(email=f"{name}@demo.example")
