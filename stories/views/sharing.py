"""Sharing on: how far a story may go, asking, agreeing, and the words that go along."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from base.access import is_visible, visible_pages
from base.chrome import house_style
from guidelines.situations import Situation
from guidelines.tips import TipCard, tips_for_situation

from ..forms.sharing import AskReleaseForm, ConsentForm, ShareTextForm
from ..models import Portrayal, PublicSnapshot, ShareCount, StoryPage, Submission
from ..networks import NAMES, address_for
from ..outside import is_closed_inside
from ..outside_pictures import pictures_of
from ..services.hiding import submission_for
from ..services.moving import StateError, may_judge
from ..services.sharing import answer_outside, ask_release, end_release, portrayals_for_outside
from ..services.sharing_on import NETWORKS, acknowledge_tips, count_share, want_to_share
from ..services.snapshots import author_outside, choice_for, content_hash
from ..sharing_tips import SharingTips, tips_for_sharing

COUNTED_ONCE_SECONDS = 600


@dataclass(frozen=True)
class Sharing:
    """One story as one colleague may share it on. ``page`` is what they read, ``story`` the original that was sent."""

    page: StoryPage
    story: StoryPage
    submission: Submission | None
    user: object

    @property
    def is_author(self) -> bool:
        """Whether it is their own story."""
        return self.story.author_id == self.user.pk

    @cached_property
    def copy(self) -> PublicSnapshot | None:
        """The public copy that can be seen outside now."""
        copy = PublicSnapshot.objects.shown().filter(story=self.story).first()
        return None if copy is None or is_closed_inside(self.story) else copy

    @cached_property
    def tips(self) -> SharingTips | None:
        """The house rules, as tips."""
        return tips_for_sharing(self.story, self.user)

    @property
    def more_tips(self) -> tuple[TipCard, ...]:
        """What any manual says about sharing, besides the house rules that have to be read first."""
        cards = tips_for_situation(Situation.SHARING, self.user, get_language())
        read_first = f"{self.tips.chapter.get_url()}#" if self.tips else "#"
        return tuple(card for card in cards if not card.url.startswith(read_first))

    @cached_property
    def tips_are_known(self) -> bool:
        """Whether nothing has to be read first."""
        return self.tips is None or self.tips.is_known_to(self.user)

    @cached_property
    def choice(self):
        """What the author chose."""
        return choice_for(self.story)

    @cached_property
    def is_older(self) -> bool:
        """Whether the copy outside isn't what colleagues read any more."""
        return self.copy is not None and self.copy.content_hash != content_hash(self.story, self.choice)

    def words(self, language: str) -> str:
        """The suggested words in this language: the author's, or else a line made of the title."""
        own = self.choice.text_nl if language == "nl" else self.choice.text_en
        if own:
            return own
        with override(language):
            line = gettext("“%(title)s”: a story by %(name)s of %(organisation)s.") % {
                "title": self.copy.title,
                "name": author_outside(self.story, self.choice)[0] or gettext("a colleague"),
                "organisation": house_style().name,
            }
        return f"{line}\n\n{self.copy.summary}" if self.copy.summary and self.copy.language == language else line


def sharing_of(request, pk: int) -> Sharing:
    """What this reader may share; raises Http404 for a page that isn't there or isn't theirs to read."""
    page = get_object_or_404(StoryPage.objects.filter(pk__in=visible_pages(request.user).values("pk")), id=pk)
    submissions = Submission.objects.filter(story__translation_key=page.translation_key)
    submission = submissions.select_related("story__author", "story__locale").order_by("pk").first()
    original = submission.story if submission else page
    if original.pk != page.pk and not is_visible(original, request.user):
        raise Http404
    return Sharing(page=page, story=original, submission=submission, user=request.user)


@require_GET
def share(request, pk: int):
    """How far the story may go; for a public one the tips, the words and where to."""
    return _share_page(request, sharing_of(request, pk))


def _share_page(request, sharing: Sharing, form: ShareTextForm | None = None, status: int = 200):
    context = {
        "sharing": sharing,
        "page": sharing.page,
        "judges": sharing.submission is not None and may_judge(sharing.submission, request.user),
        "is_asked": sharing.submission is not None and sharing.submission.release == Submission.Release.ASKED,
    }
    if sharing.copy is not None:
        initial = {"language": get_language(), "text_nl": sharing.words("nl"), "text_en": sharing.words("en")}
        context |= {
            "form": form or ShareTextForm(initial=initial),
            "public_url": _public_url(request, sharing.copy),
            "networks": [(name, label) for name, label in NAMES.items() if name not in ("mastodon", "copy")],
            "shared": ShareCount.objects.filter(story=sharing.story).aggregate(total=Sum("count"))["total"] or 0,
        }
    if sharing.is_author and context["is_asked"]:
        rows = portrayals_for_outside(sharing.story, sharing.choice)
        context["waiting_for"] = sum(row.outside_answered_at is None and not row.may_go_outside for row in rows)
        context["said_no"] = sum(row.outside_answered_at is not None and not row.may_go_outside for row in rows)
    return render(request, "stories/share/share.html", context, status=status)


def _public_url(request, copy: PublicSnapshot) -> str:
    return request.build_absolute_uri(reverse("shared:snapshot", args=[copy.token]))


@require_http_methods(["GET", "POST"])
def ask(request, pk: int):
    """The author asks whether the story may go outside, and chooses how; 404 for anybody else."""
    sharing = sharing_of(request, pk)
    if not sharing.is_author:
        raise Http404
    pictures, choice = pictures_of(sharing.story), sharing.choice
    left_out = set(choice.left_out.values_list("pk", flat=True)) if choice.pk else set()
    initial = {
        "along": [row["image"].pk for row in pictures if row["image"].pk not in left_out],
        "with_name": choice.with_name,
        "text_nl": choice.text_nl,
        "text_en": choice.text_en,
    }
    form = AskReleaseForm(request.POST if request.method == "POST" else None, pictures=pictures, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("with_name", "text_nl", "text_en")}
        try:
            submission = sharing.submission or submission_for(sharing.story)
            ask_release(submission=submission, by=request.user, left_out=form.left_out, **values)
        except StateError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, gettext("You have asked. A moderator looks at it once everybody in the photos said yes.")
            )
        return redirect("stories:share", pk)
    context = {"form": form, "page": sharing.page, "sharing": sharing}
    return render(request, "stories/share/ask.html", context, status=422 if form.errors else 200)


@require_POST
def end(request, pk: int):
    """The author or a moderator takes the story back from outside."""
    sharing = sharing_of(request, pk)
    if sharing.submission is None or not (sharing.is_author or may_judge(sharing.submission, request.user)):
        raise Http404
    end_release(submission=sharing.submission, by=request.user)
    messages.success(request, gettext("The story is inside only. Its public address shows nothing any more."))
    return redirect("stories:share", pk)


@require_POST
def wanted(request, pk: int):
    """Let the author know that a colleague would like to share this story."""
    sharing = sharing_of(request, pk)
    want_to_share(submission=sharing.submission or submission_for(sharing.story), by=request.user)
    messages.success(request, gettext("We let the author know. They decide, and your name isn't told."))
    return redirect("stories:share", pk)


@require_POST
def read_tips(request, pk: int):
    """Keep that this person read the tips in their version of now."""
    sharing = sharing_of(request, pk)
    if sharing.tips is not None:
        acknowledge_tips(user=request.user, translation_key=sharing.tips.translation_key, version=sharing.tips.version)
    return redirect("stories:share", pk)


@require_http_methods(["GET", "POST"])
def share_to(request, pk: int, network: str):
    """POST: count, keep the words for this person, and go on. GET: the link that opens the network with these words.

    A link and no redirect: the policy of our pages lets no form lead to another host.
    """
    sharing = sharing_of(request, pk)
    if network not in NETWORKS:
        raise Http404(network)
    if sharing.copy is None or not sharing.tips_are_known:
        return redirect("stories:share", pk)
    if request.method == "GET":
        return _opener(request, sharing, network)
    form = ShareTextForm(request.POST, network=network)
    if not form.is_valid():
        return _share_page(request, sharing, form, status=422)
    if cache.add(f"share-counted:{form.cleaned_data['key']}:{network}", True, COUNTED_ONCE_SECONDS):
        count_share(story=sharing.story, network=network)
    request.session["sharing_on"] = {
        "story": sharing.story.pk,
        "network": network,
        "text": form.text,
        "language": form.cleaned_data["language"],
        "server": form.cleaned_data["server"],
    }
    return redirect("stories:share_to", pk, network)


def _opener(request, sharing: Sharing, network: str):
    kept = request.session.get("sharing_on", {})
    if network not in NAMES or (kept.get("story"), kept.get("network")) != (sharing.story.pk, network):
        return redirect("stories:share", sharing.page.pk)
    url = _public_url(request, sharing.copy)
    context = {
        "page": sharing.page,
        "network": network,
        "name": NAMES[network],
        "text": kept["text"],
        "language": kept["language"],
        "public_url": url,
        "address": address_for(
            network, url=url, text=kept["text"], title=sharing.copy.title, server=kept.get("server", "")
        ),
    }
    return render(request, "stories/share/open.html", context)


@require_http_methods(["GET", "POST"])
def consent(request, pk: int):
    """Somebody in a photo says whether it may go outside, now or later; 404 for anybody else."""
    rows = Portrayal.objects.filter(person=request.user).select_related("story", "image")
    portrayal = get_object_or_404(rows, pk=pk)
    before = {True: "yes", False: "no"}[portrayal.may_go_outside] if portrayal.outside_answered_at else None
    form = ConsentForm(initial={"answer": before})
    if request.method == "POST":
        form = ConsentForm(request.POST, initial={"answer": before})
        if form.is_valid():
            said_yes = form.cleaned_data["answer"] == "yes"
            answer_outside(portrayal=portrayal, person=request.user, may_go_outside=said_yes)
            messages.success(
                request,
                gettext("The photo may go outside. You can change that here at any time.")
                if said_yes
                else gettext("The photo stays inside."),
            )
            return redirect("stories:consent", pk)
    photo = portrayal.story.photos.filter(image=portrayal.image).first()
    context = {
        "form": form,
        "portrayal": portrayal,
        "photo": photo,
        "story": portrayal.story,
        "answer": before,
        "is_readable": visible_pages(request.user).filter(pk=portrayal.story_id).exists(),
    }
    return render(request, "stories/share/consent.html", context, status=422 if form.errors else 200)
