"""What is asked about questions to the desk."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from base.access import has_not_started, visible_pages

ANSWER = "conversations.answer_questions"


def may_answer(user) -> bool:
    """Whether this user is one of the desk."""
    return user.is_authenticated and user.is_active and not has_not_started(user) and user.has_perm(ANSWER)


class QuestionQuerySet(models.QuerySet):
    """Reads over questions."""

    def waiting(self):
        """Those without an answer, the oldest first."""
        return self.filter(status=self.model.Status.OPEN).order_by("created_at", "pk")

    def asked_by(self, user):
        """Their own, the newest first."""
        return self.filter(asker=user).order_by("-created_at", "-pk")

    def public_for(self, user):
        """Published answers, the newest first: about no page, or about one that ``user`` may see."""
        if not user.is_authenticated or not user.is_active or has_not_started(user):
            return self.none()
        # Looked up for each question: all pages at once would be gone through with every search.
        about = visible_pages(user).filter(translation_key=OuterRef("about_key"))
        public = self.filter(Q(about_key__isnull=True) | Exists(about), is_public=True)
        return public.order_by("-answered_at", "-pk")

    def closed_to(self, user):
        """Published answers about a page that ``user``, who works here, may not see; in no order."""
        about = visible_pages(user).filter(translation_key=OuterRef("about_key"))
        return self.filter(~Exists(about), is_public=True, about_key__isnull=False).order_by()

    def readable_by(self, user):
        """Their own, published ones, and all of them for the desk."""
        if may_answer(user):
            return self.all()
        return self.filter(Q(asker=user) | Q(pk__in=self.public_for(user).order_by().values("pk")))

    def outlived(self, before: datetime):
        """Those that were settled before this moment and still have a name on them, or are nobody else's to read."""
        settled = self.exclude(status=self.model.Status.OPEN).alias(settled=Coalesce("answered_at", "changed_at"))
        return settled.filter(Q(is_public=False) | Q(asker__isnull=False), settled__lte=before)
