"""What is asked about colleagues."""

from django.contrib.auth.base_user import BaseUserManager
from django.db import models


class UserQuerySet(models.QuerySet):
    """Reads over colleagues."""

    def active(self):
        """Those who work here and may sign in. Who hasn't started yet is nobody's colleague so far."""
        return self.filter(is_active=True, is_preboarder=False)


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
