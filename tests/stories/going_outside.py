"""A published story with people in its photos, for the tests of going outside."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from base.models import PortalImage
from stories.models import Portrayal, PublicSnapshot, StoryPhoto, Submission
from stories.services import approve_story
from stories.services.sharing import answer_outside, ask_release, release_story
from stories.services.snapshots import choice_for, content_hash


def make_image(colour: str = "teal", size: tuple[int, int] = (2400, 1200)) -> PortalImage:
    """A stored picture of one colour."""
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return PortalImage.objects.create(title="foto", file=ContentFile(target.getvalue(), name="foto.jpg"))


def publish(send, author, moderator, *, people=(), **values) -> Submission:
    """A story of ``author`` that is live; everybody in ``people`` stands on its only photo."""
    submission = send(author, **values)
    approve_story(submission=submission, moderator=moderator)
    story = submission.story
    story.refresh_from_db()
    if people:
        image = make_image()
        story.photos.add(StoryPhoto(image=image, alt_text="Twee mensen bij een kraan", caption="In maart"))
        story.save_revision(user=author).publish()
        for person in people:
            Portrayal.objects.create(story=story, image=image, person=person, answer="fine")
    return Submission.objects.select_related("story").get(pk=submission.pk)


def say_yes(submission: Submission) -> None:
    """Everybody in the pictures agrees."""
    for row in Portrayal.objects.filter(story=submission.story).select_related("person"):
        answer_outside(portrayal=row, person=row.person, may_go_outside=True)


def seen(submission: Submission) -> str:
    """What a moderator who looks now has seen."""
    story = type(submission.story).objects.get(pk=submission.story_id)
    return content_hash(story, choice_for(story))


def bring_outside(submission: Submission, moderator, **choices) -> PublicSnapshot:
    """Asked, agreed, released."""
    ask_release(submission=submission, by=submission.story.author, **choices)
    say_yes(submission)
    release_story(submission=submission, moderator=moderator, seen=seen(submission))
    return PublicSnapshot.objects.get(story=submission.story, withdrawn_at=None)
