"""What is open to somebody who hasn't started: their own first steps, what these point to, and nothing else.

Everything is closed unless it stands here; ``onboarding.middleware`` asks for every request.
"""

from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import Resolver404, ResolverMatch, resolve
from wagtail.models import Page, ReferenceIndex

from base.files import find_file
from base.models import PortalDocument, PortalImage, PortalMedia
from notifications.kinds import Content
from people.models import User

from .models import Enrolment, Supporter
from .outline import Outline
from .reading_outlines import own_outline
from .standing import Standing

# What every page is drawn with, signing out, and the way in itself.
ALWAYS = frozenset(
    {
        "health",
        "theme",
        "logo",
        "choose_language",
        "account_logout",
        "unsubscribe",
        "preboarding:preboarding_link",
        "preboarding:preboarding_ask",
        "preboarding:preboarding_asked",
        # One's own path. Whose answer, question or path it is, is looked at there.
        "onboarding:mine",
        "onboarding:enrolment",
        "onboarding:history",
        "onboarding:meeting",
        "onboarding:meeting_file",
        "onboarding:change_point",
        "onboarding:remove_point",
        "onboarding:discuss_point",
        "onboarding:answer_file",
        "onboarding:question",
        "onboarding:who_sees_what",
    }
)
# Everything that somebody does with a step of their own has an address below this.
OWN_STEP = "onboarding/<int:enrolment_id>/steps/<uuid:step_key>/"
# Lead to one's own path.
FRONT_DOOR = frozenset({"front_door", "account_login"})


def may_be_told(recipient: User, content: Content) -> bool:
    """Who hasn't started is told nothing that leads to what isn't open to them."""
    return not recipient.is_preboarder or Openings(recipient).may_follow(content.url)


class Openings:
    """What one preboarder may open; asked once per request, and no further than the answer needs."""

    def __init__(self, user: User):
        self.user = user

    @cached_property
    def enrolments(self) -> dict[int, Enrolment]:
        """Their own enrolments that run, by id."""
        running = Enrolment.objects.of(self.user).not_ended().with_progress()
        return {enrolment.pk: enrolment for enrolment in running}

    @cached_property
    def outlines(self) -> list[Outline]:
        """Each path in each language, with the first steps only."""
        found = (
            Standing(enrolment, own_outline(self.user, enrolment.path_key, code), enrolment.progress_by_step).whole
            for enrolment in self.enrolments.values()
            for code, _name in settings.LANGUAGES
        )
        return [outline for outline in found if outline is not None]

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The pages: the paths, the steps, and what the steps point to."""
        found = set()
        for outline in self.outlines:
            found.add(outline.url)
            for step in outline.steps:
                found |= {step.url, step.reads.url if step.reads else ""}
        return frozenset(urlsplit(address).path for address in found if address)

    @cached_property
    def pages(self) -> list[str]:
        """The ids of these pages, as the index of references keeps them."""
        steps = {step.key for outline in self.outlines for step in outline.steps}
        reads = {step.reads_key for outline in self.outlines for step in outline.steps if step.reads}
        removed = {step.page_id for outline in self.outlines for step in outline.steps if step.is_removed}
        pages = Page.objects.filter(Q(translation_key__in=steps | reads, live=True) | Q(pk__in=removed))
        return [str(pk) for pk in pages.values_list("pk", flat=True)]

    def may_follow(self, url: str) -> bool:
        """Whether this address, made in the active language, leads to something that is open to them."""
        path = urlsplit(url).path
        try:
            return path in self.addresses or self.may_open(path, resolve(path))
        except Resolver404:
            return False

    def may_open(self, path: str, match: ResolverMatch) -> bool:
        """Whether this address is open to them."""
        if match.view_name in ALWAYS:
            return True
        if OWN_STEP in match.route:
            return self._is_own_step(match.kwargs["enrolment_id"], match.kwargs["step_key"])
        match match.view_name:
            case "wagtail_serve":
                return path in self.addresses
            case "wagtaildocs_serve":
                return self._is_used(PortalDocument, match.kwargs["document_id"])
            case "file":
                return self._may_open_file(match.kwargs["name"])
        return False

    def _is_own_step(self, enrolment_id: int, step_key) -> bool:
        enrolment = self.enrolments.get(enrolment_id)
        return enrolment is not None and any(
            outline.key == enrolment.path_key and outline.step(step_key) for outline in self.outlines
        )

    def _may_open_file(self, name: str) -> bool:
        found = find_file(name)
        if found is None:
            return False
        if found.image_pk is not None:
            return self._is_used(PortalImage, found.image_pk)
        if name.startswith("people/"):
            return self._is_face_around(name)
        named = Q(file=name) | Q(thumbnail=name) | Q(captions_nl=name) | Q(captions_en=name)
        media = PortalMedia.objects.filter(named).values_list("pk", flat=True).first()
        return media is not None and self._is_used(PortalMedia, media)

    def _is_used(self, model, pk: int) -> bool:
        """Whether one of the open pages shows this picture, document or film."""
        references = ReferenceIndex.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=self.pages,
            to_content_type=ContentType.objects.get_for_model(model),
            to_object_id=str(pk),
        )
        return references.exists()

    def _is_face_around(self, name: str) -> bool:
        around = Supporter.objects.current().filter(enrolment__in=list(self.enrolments)).values("colleague")
        managers = {enrolment.manager_id or self.user.manager_id for enrolment in self.enrolments.values()}
        return User.objects.active().filter(Q(pk__in=around) | Q(pk__in=managers - {None}), photo=name).exists()
