"""What is asked about colleagues."""

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models.functions import Concat, Trim


class TeamQuerySet(models.QuerySet):
    """Reads over teams."""

    def keys_below(self, keys) -> set[int]:
        """These teams and every team below them, by id; one query, none without any."""
        below: dict[int | None, list[int]] = {}
        found, waiting = set(), list(keys)
        if waiting:
            for pk, parent in self.model.objects.values_list("pk", "parent"):
                below.setdefault(parent, []).append(pk)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting += below.get(pk, [])
        return found

    def keys_above(self, key: int | None) -> set[int]:
        """This team and every team it is part of, by id; one query, none without a team."""
        above = dict(self.model.objects.values_list("pk", "parent")) if key else {}
        found: set[int] = set()
        while key is not None and key not in found:
            found.add(key)
            key = above.get(key)
        return found


class UserQuerySet(models.QuerySet):
    """Reads over colleagues."""

    def active(self):
        """Those who work here and may sign in. Who hasn't started yet is nobody's colleague so far."""
        return self.filter(is_active=True, is_preboarder=False)

    def led_by(self, leader):
        """Their own people who work here: whose manager they are, and who is in a team they lead or one below it.

        Asks two queries at most for the teams, before the one for the people.
        """
        teams = self.model.team.field.related_model.objects
        led = teams.keys_below(leader.leads_teams.values_list("pk", flat=True))
        return self.active().filter(models.Q(manager=leader) | models.Q(team__in=led)).exclude(pk=leader.pk)

    def leading(self, person):
        """Who leads this person: their manager, and the leads of their team and of the teams above it.

        The other side of ``led_by``. One query for the teams, before the one for the people; none without a team.
        """
        team = self.model.team.field.related_model
        leads = team.leads.through.objects.filter(team__in=team.objects.keys_above(person.team_id)).values("user")
        leading = models.Q(pk=person.manager_id) | models.Q(pk__in=leads)
        return self.active().filter(leading).exclude(pk=person.pk)

    def by_name_or_address(self, words: str):
        """Those with exactly this e-mail address or full name, whatever the capitals."""
        name = Trim(Concat("first_name", models.Value(" "), "last_name"))
        found = self.annotate(written_name=name)
        return found.filter(models.Q(email__iexact=words) | models.Q(written_name__iexact=words))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes accounts; e-mail addresses are compared without regard to case."""

    def get_by_natural_key(self, email):
        """The account with this e-mail address in any case; raises ``User.DoesNotExist``."""
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        """A colleague; without a password nobody can sign in with one."""
        if not email:
            raise ValueError("A colleague needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """An administrator: may do everything."""
        return self.create_user(email, password, is_superuser=True, **fields)
