"""What is asked about stories."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import PageManager

from base.models import BasePageQuerySet

from .judges import TO_COMMUNITY_MANAGERS, judges_as


class StoryQuerySet(BasePageQuerySet):
    """Reads over stories."""

    def newest_first(self):
        """In the order of a list of stories."""
        return self.order_by("-date", "-pk")

    def for_list(self, user, language: str):
        """What ``user`` may read, newest first, with what a teaser shows."""
        return self.visible_to(user).in_language(language).newest_first().for_cards().select_related("author")

    def newest_but(self, page, user, language: str) -> list:
        """The three newest that ``user`` may read, without ``page``."""
        return list(self.for_list(user, language).exclude(translation_key=page.translation_key)[:3])

    def twins_of(self, page):
        """The story of ``page`` in each language that it has words of its own in; aliases are not among them."""
        return self.filter(translation_key=page.translation_key, alias_of__isnull=True)

    def of_team(self, team_id: int | None):
        """Stories by colleagues who are in this team now; all stories for None."""
        return self if team_id is None else self.filter(author__team=team_id)

    def of_theme(self, theme_id: int | None):
        """Stories about this theme; all stories for None."""
        return self if theme_id is None else self.filter(theme=theme_id)

    def written_in(self, code: str | None):
        """Stories whose own words are in this language, wherever they are listed; all stories for None."""
        if code is None:
            return self
        own = Q(alias_of__isnull=True, locale__language_code=code)
        return self.filter(own | Q(alias_of__locale__language_code=code))

    def themes(self, language: str) -> list[dict]:
        """What these stories are about, by name: ``[{"pk", "name"}, ...]``."""
        rows = self.filter(theme__isnull=False).order_by().distinct()
        names = rows.values_list("theme", "theme__name", "theme__name_en")
        named = [{"pk": pk, "name": (language == "en" and english) or name} for pk, name, english in names]
        return sorted(named, key=lambda row: row["name"].lower())

    def languages(self) -> list[dict]:
        """The languages these stories were written in: ``[{"pk": code, "name"}, ...]``."""
        written = Coalesce("alias_of__locale__language_code", "locale__language_code")
        codes = self.order_by().annotate(written=written).values_list("written", flat=True).distinct()
        return [{"pk": code, "name": name} for code, name in settings.WAGTAILADMIN_PERMITTED_LANGUAGES if code in codes]

    def teams(self, language: str) -> list[dict]:
        """The teams these stories come from, by name: ``[{"pk", "name"}, ...]``."""
        rows = self.filter(author__team__isnull=False).order_by("author__team__name").distinct()
        names = rows.values_list("author__team", "author__team__name", "author__team__name_en")
        return [{"pk": pk, "name": (language == "en" and english) or name} for pk, name, english in names]


StoryManager = PageManager.from_queryset(StoryQuerySet)


class CallQuerySet(BasePageQuerySet):
    """Reads over calls for stories."""

    def open_on(self, day: date):
        """Calls that can still be answered on this day, the one that ends first on top."""
        return self.filter(ends_on__gte=day).order_by("ends_on", "-first_published_at", "pk")

    def for_list(self, user, language: str):
        """What ``user`` may read, with what a teaser shows."""
        return self.visible_to(user).in_language(language).for_cards().select_related("theme")


CallManager = PageManager.from_queryset(CallQuerySet)


class SubmissionQuerySet(models.QuerySet):
    """Reads over stories that were sent in."""

    def of_author(self, user):
        """This person's own, with what their list shows; the one that moved last on top.

        ``asked_at`` and ``answered_at``: when a moderator last asked for changes, and when that was last answered.
        """
        events = self.model._meta.get_field("events").related_model
        kind = events.Kind
        of_this = events.objects.filter(submission=OuterRef("pk")).order_by("-created_at", "-pk").values("created_at")
        asked = of_this.filter(kind=kind.CHANGES_ASKED)[:1]
        answered = of_this.filter(kind__in=[kind.ANSWERED, kind.CHANGED, kind.APPROVED, kind.PUBLISHED])[:1]
        rows = self.filter(story__author=user).select_related("story__locale", "claimed_by")
        return rows.annotate(
            asked_at=Subquery(asked), answered_at=Subquery(answered), moved_at=Subquery(of_this[:1])
        ).order_by("-moved_at", "-pk")

    def in_channel(self, channel):
        """Stories of this channel, in each of its languages."""
        paths = type(channel).objects.filter(translation_key=channel.translation_key).values_list("path", flat=True)
        inside = Q(pk__in=[])
        for path in paths:
            inside |= Q(story__path__startswith=path)
        return self.filter(inside)

    def with_outcome(self, *, since: datetime) -> list[tuple]:
        """``(sent, first published)`` of every story decided since: published for the first time, or not published.

        Not published is None in the second place. What is withdrawn before a decision, and what waits, isn't among them.
        """
        events = self.model._meta.get_field("events").related_model
        kind = events.Kind
        of_this = events.objects.filter(submission=OuterRef("pk")).order_by("created_at", "pk").values("created_at")
        rows = self.annotate(
            sent=Subquery(of_this.filter(kind=kind.SENT)[:1]),
            published=Subquery(of_this.filter(kind=kind.PUBLISHED)[:1]),
        )
        declined = Q(published__isnull=True, state=self.model.State.DECLINED, decided_at__gte=since)
        return list(rows.filter(Q(published__gte=since) | declined).values_list("sent", "published"))

    def for_judge(self, user):
        """Those this person may judge now or afterwards: never their own, nor what they decided before."""
        role = judges_as(user)
        if not role:
            return self.none()
        rows = self.exclude(story__author=user.pk).exclude(excluded_moderators=user.pk)
        return rows if role == "all" else rows.filter(escalation__gte=TO_COMMUNITY_MANAGERS)

    def to_judge(self, user):
        """Waiting for this person's decision."""
        return self.for_judge(user).filter(state=self.model.State.IN_REVIEW)

    def to_read_along(self, user):
        """Out already, for this person to read along with."""
        return self.for_judge(user).filter(state=self.model.State.PUBLISHED, reads_after=True)

    def waiting_for(self, user):
        """All that asks for this person's eyes: what the menu counts."""
        state = self.model.State
        along = Q(state=state.PUBLISHED, reads_after=True)
        return self.for_judge(user).filter(Q(state=state.IN_REVIEW) | along)

    def narrowed(self, only: str, user, now: datetime):
        """``only`` "mine" (taken up by this person), "free" (by nobody) or "late"; all for anything else."""
        if only == "mine":
            return self.filter(claimed_by=user)
        if only == "free":
            return self.filter(claimed_by__isnull=True)
        return self.filter(due_at__lt=now) if only == "late" else self

    def counted(self, user, now: datetime) -> dict[str, int]:
        """How many there are for each way to narrow them: ``{"all", "mine", "free", "late"}``; one query."""
        return self.aggregate(
            all=Count("pk"),
            mine=Count("pk", filter=Q(claimed_by=user)),
            free=Count("pk", filter=Q(claimed_by__isnull=True)),
            late=Count("pk", filter=Q(due_at__lt=now)),
        )

    def for_queue(self):
        """The one promised first on top, with all that a row shows."""
        portrayals = self.model._meta.get_field("story").related_model._meta.get_field("portrayals").related_model
        unanswered = portrayals.objects.filter(story=OuterRef("story"), answer="").order_by().values("story")
        people = Subquery(unanswered.annotate(n=Count("person", distinct=True)).values("n"))
        return (
            self.select_related("story__author", "story__locale", "claimed_by")
            .annotate(
                people_unanswered=Coalesce(people, 0),
                # The newest version, which may have other photos than what readers see.
                photo_rows=F("story__latest_revision__content__photos"),
            )
            .order_by("due_at", "pk")
        )
