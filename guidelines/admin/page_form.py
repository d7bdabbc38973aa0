"""The form editors write manuals and chapters in."""

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from people.models import User

from ..page_forms import TextPageForm
from ..reading.register import Register

DATES = frozenset({"reviewed_on", "review_months"})


class GovernedPageForm(WagtailAdminPageForm):
    """Publishes nothing that nobody answers for; a draft may wait, and imports and seeding don't come past here."""

    def clean(self):
        """Says beside the owner's field what is missing, and lets go of a day that a new check left behind."""
        cleaned = super().clean()
        if "owner_colleague" in self.fields and not self.is_deferred_validation and not self._is_answered_for(cleaned):
            self.add_error(
                "owner_colleague",
                _(
                    "Nobody answers for this text yet. Choose an owner here, or one for the page above: that counts for "
                    "all pages below it."
                ),
            )
        changed = set(self.changed_data)
        if changed & DATES and "review_by" not in changed and self._has_interval(cleaned):
            # It follows from the check again.
            cleaned["review_by"] = None
        return cleaned

    def _is_answered_for(self, cleaned: dict) -> bool:
        people = [cleaned.get("owner_colleague"), cleaned.get("deputy")]
        if any(person is not None and person.is_active for person in people):
            return True
        team = cleaned.get("owning_team")
        if team is not None and User.objects.active().filter(leads_teams=team).exists():
            return True
        return bool(self._above.answers)

    def _has_interval(self, cleaned: dict) -> bool:
        return bool(cleaned.get("review_months") or self._above.months)

    @property
    def _above(self):
        parent = self.parent_page or self.instance.get_parent()
        return Register(path=parent.path).standing(parent.path)


class ManualTextForm(GovernedPageForm, TextPageForm):
    """The form of manuals and chapters: somebody answers for the text, and a change says how large it is."""
