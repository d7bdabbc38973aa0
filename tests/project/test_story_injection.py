"""Whatever authors, moderators, readers and reporters type is shown as text, wherever it comes out."""

import uuid
from urllib.parse import urlsplit

import pytest

from notifications.models import Message
from notifications.sending import send_due
from stories.models import PublicSnapshot, StoryTheme, Submission
from stories.services import (
    appeal_decision,
    approve_story,
    approve_with_edits,
    ask_changes,
    decline_story,
    save_draft,
    send_story,
    withdraw_story,
)
from stories.services.calling import save_call
from stories.services.reporting import report_story, settle_reports
from stories.services.sharing import ask_release, release_story
from stories.services.snapshots import choice_for, content_hash
from tests.crawl import links_in
from tests.factories import ImageFactory, UserFactory
from tests.project.test_injection import PAYLOADS, live_payload

pytestmark = pytest.mark.django_db
PLACES = ("/nl/stories/", "/nl/verhalen/", "/en/stories/", "/nl/messages/", "/nl/people/", "/share/")


@pytest.fixture(params=range(3), ids=lambda start: f"payloads {start}")
def typed(request, settings, django_capture_on_commit_callbacks):
    """Everybody who typed something, after a story went through every state with a payload in every field."""
    payload = " ".join(PAYLOADS[request.param :: 3])
    author = UserFactory(first_name=payload[:80], last_name=payload[:80], job_title=payload[:120])
    shown = UserFactory(first_name=payload[:80], last_name="Op de foto")
    moderator = UserFactory(groups=["Moderators"], first_name=payload[:80])
    caller = UserFactory(groups=["Community managers"])
    theme = StoryTheme.objects.create(name=payload[:60], name_en=payload[:60])
    from django.utils import timezone

    with django_capture_on_commit_callbacks(execute=True):
        call = save_call(
            by=caller,
            title=payload[:120],
            summary=payload[:400],
            example=payload,
            ends_on=timezone.localdate(),
            people=[shown],
        )

        def send() -> Submission:
            values = {"title": payload[:200], "text": payload, "language": "nl", "theme": theme, "call": call}
            draft = save_draft(author=author, key=uuid.uuid4(), version=0, values=values)
            photo = draft.photos.create(image=ImageFactory(), alt_text=payload[:200], caption=payload[:200])
            photo.people.add(shown)
            return send_story(draft=draft, author=author)

        save_draft(author=author, key=uuid.uuid4(), version=0, values={"title": payload[:200], "text": payload})
        waiting, asked, declined, edited, gone, out = (send() for _story in range(6))
        ask_changes(submission=asked, moderator=moderator, reason="clarity", comment=payload)
        decline_story(submission=declined, moderator=moderator, reason="clarity", comment=payload)
        appeal_decision(submission=declined, author=author, comment=payload)
        approve_with_edits(submission=edited, moderator=moderator, title="Anders", text=payload * 2, comment=payload)
        withdraw_story(submission=gone, author=author, comment=payload)
        approve_story(submission=out, moderator=moderator, comment=payload)
        story = Submission.objects.get(pk=out.pk).story
        report_story(page=story, reporter=shown, reason="other", comment=payload)
        settle_reports(submission=out, moderator=moderator, outcome="rejected", comment=payload)
        report_story(page=story, reporter=caller, reason="wrong", comment=payload)
        images = list(story.photos.values_list("image", flat=True))
        ask_release(
            submission=out, by=author, with_name=True, left_out=images, text_nl=payload[:600], text_en=payload[:600]
        )
        release_story(submission=out, moderator=moderator, seen=content_hash(story, choice_for(story)))
    return {"author": author, "shown": shown, "moderator": moderator, "caller": caller, "reader": UserFactory()}


def _walk(client) -> dict[str, str]:
    """The pages about stories that links lead to, by address."""
    waiting = ["/nl/stories/mine/", "/nl/stories/new/", "/nl/stories/review/", "/nl/stories/reports/", "/nl/verhalen/"]
    waiting += ["/nl/stories/share/waiting/", "/nl/stories/photos/", "/nl/messages/", "/en/stories/"]
    pages: dict[str, str] = {}
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        response = client.get(address, follow=True)
        assert response.status_code in (200, 404), address
        pages[address] = "" if response.streaming else response.content.decode()
        found = {link for link in links_in(pages[address], address) if not urlsplit(link).netloc}
        waiting += [link for link in sorted(found) if link.startswith(PLACES) and len(pages) < 120]
    return pages


@pytest.mark.parametrize("who", ["author", "shown", "moderator", "caller", "reader"])
def test_what_is_typed_about_stories_is_shown_and_never_run(as_user, typed, who):
    pages = _walk(as_user(typed[who]))
    assert [address for address, html in pages.items() if live_payload(html)] == []
    assert sum("4711" in html or "evil.example" in html for html in pages.values()) >= 3


def test_the_public_page_shows_it_as_text_and_so_do_mails(client, typed, mailoutbox):
    copy = PublicSnapshot.objects.get(withdrawn_at=None)
    response = client.get(f"/share/{copy.token}/")
    assert response.status_code == 200
    assert live_payload(response.content.decode()) == []
    last = Message.objects.order_by("-due_at").first()
    assert send_due(now=last.due_at) > 0
    for mail in mailoutbox:
        for html, _kind in mail.alternatives:
            assert live_payload(html) == []
        assert "\n" not in mail.subject
