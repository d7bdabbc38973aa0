"""The name under a text stays as it was when the text appeared."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Bylined(models.Model):
    """Name and role of the ``author`` (a field of the page type), kept from the moment the text appeared.

    Until then they follow the author. From then on a new job, a new name or leaving changes nothing; only naming
    another author does.
    """

    author_name = models.CharField(_("name of the author"), max_length=200, blank=True, editable=False)
    author_role = models.CharField(_("role of the author"), max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def byline_name(self) -> str:
        """The name to show; empty where nobody was named."""
        return self.author_name or (self.author.get_full_name() if self.author_id else "")

    @property
    def byline_first_name(self) -> str:
        """The name for a short line such as "Story by Daan"."""
        if self.author_is_forgotten:
            return gettext("a former colleague")
        name = self.byline_name
        if self.author_id and self.author.first_name and name.startswith(self.author.first_name):
            return self.author.first_name
        return name.split(" ")[0]

    @property
    def byline_person(self):
        """The author, where still a colleague; None otherwise. Their face and profile may be shown."""
        return self.author if self.author_id and self.author.is_active else None

    @property
    def author_has_left(self) -> bool:
        """Whether the text was written by somebody named in it who isn't a colleague any more."""
        return bool(self.byline_name) and self.byline_person is None and not self.author_is_forgotten

    @property
    def author_is_forgotten(self) -> bool:
        """Whether the author asked to be forgotten: the byline says "former colleague" in the reader's language."""
        return bool(self.author_id and self.author.forgotten_at)

    def save(self, *args, **kwargs):
        """Keep the byline, unless only other fields are written."""
        if kwargs.get("update_fields") is None:
            self._keep_byline()
        super().save(*args, **kwargs)

    def _keep_byline(self) -> None:
        stored = ("live", "first_published_at", "author_id", "author_name", "author_role")
        # A draft carries the byline of the day it was written, so the row decides and not this object.
        before = type(self)._base_manager.filter(pk=self.pk).values(*stored).first() if self.pk else None
        appeared = before is not None and (before["live"] or before["first_published_at"] is not None)
        if appeared and before["author_name"] and self.author_id in (None, before["author_id"]):
            self.author_name, self.author_role = before["author_name"], before["author_role"]
        elif self.author_id and self.author.forgotten_at:
            self.author_name = self.author_role = ""
        elif self.author_id:
            english = self.locale_id and self.locale.language_code == "en"
            self.author_name = self.author.get_full_name()[:200]
            self.author_role = (english and self.author.job_title_en) or self.author.job_title
