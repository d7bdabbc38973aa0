"""What a step asks to hand in, as a form."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from base.typed import storable

from ..models import StepPage
from ..uploads import KINDS, clean_upload, limits_in_words

LINE, TEXT = 300, 10_000


def field_name(field_id: str) -> str:
    """The name of a field of the form."""
    return f"f-{field_id}"


class UploadField(forms.FileField):
    """A file that may be kept; the value is what ``clean_upload`` makes of it, or None for none."""

    widget = forms.FileInput

    def to_python(self, data):
        """Looked at before Django does: an empty file has its own words."""
        if data in self.empty_values:
            return None
        return clean_upload(data)


class HandInForm(forms.Form):
    """One field for each that the page asks for.

    ``kept`` is ``{field id: file name}`` of files that are there already, which needn't be chosen again; ``drafted`` the
    fields of those that were not handed in yet. ``later=True`` requires nothing. ``values`` are ``{field id: text or file}``.
    """

    def __init__(
        self,
        *args,
        page: StepPage,
        kept: dict[str, str] | None = None,
        drafted: Iterable[str] = (),
        later: bool = False,
        **kwargs,
    ):
        initial = {field_name(key): value for key, value in (kwargs.pop("initial", None) or {}).items()}
        super().__init__(*args, initial=initial, auto_id="hand-in-%s", **kwargs)
        self.page, self.kept, self.later = page, kept or {}, later
        self.drafted = set(drafted)
        for block in page.form_fields:
            self.fields[field_name(str(block.id))] = self._field(str(block.id), block.value)

    def _field(self, field_id: str, asked) -> forms.Field:
        label = asked["label"]
        common = {
            "label": label,
            "help_text": asked["hint"] or "",
            "required": asked["is_required"] and not self.later,
            "error_messages": {"required": _("Fill in: %(question)s") % {"question": label}},
        }
        match asked["kind"]:
            case "line":
                return forms.CharField(max_length=LINE, **common)
            case "date":
                widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                wrong = {"invalid": _("Fill in a date, like 2026-10-01.")}
                common["error_messages"] |= wrong
                return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d-%m-%Y"], **common)
            case "choice":
                choices = [(choice, choice) for choice in asked["choices"]]
                if not choices:
                    # An editor named none: then it is a line to fill in, so that it stops nobody.
                    return forms.CharField(max_length=LINE, **common)
                return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
            case "file":
                common["required"] = common["required"] and field_id not in self.kept
                common["help_text"] = " ".join(filter(None, [common["help_text"], limits_in_words()]))
                common["error_messages"]["required"] = _("Add a file: %(question)s") % {"question": label}
                return UploadField(widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}), **common)
        return forms.CharField(max_length=TEXT, widget=forms.Textarea(attrs={"rows": 5}), **common)

    def clean(self):
        """No signs that a database refuses."""
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and "\0" in value:
                self.add_error(name, ValidationError(_("There is a sign in this that can't be kept.")))
        return super().clean()

    def keep(self, files: dict[str, str], dropped: str = "") -> None:
        """These files are kept now (names by field id), and this one no longer: the form says so."""
        self.kept = {key: name for key, name in (self.kept | files).items() if key != dropped}
        self.drafted = (self.drafted | files.keys()) - {dropped}

    @property
    def rows(self) -> list[dict]:
        """What to draw: ``[{"id", "field", "is_optional", "kept"}, ...]``."""
        return [
            {
                "id": str(block.id),
                "field": self[field_name(str(block.id))],
                "is_optional": not block.value["is_required"],
                "kept": self.kept.get(str(block.id), ""),
            }
            for block in self.page.form_fields
        ]

    @property
    def values(self) -> dict:
        """What was filled in, by field id: text, an ISO date, or a cleaned file; nothing for what is empty."""
        values = {}
        for block in self.page.form_fields:
            value = self.cleaned_data.get(field_name(str(block.id)))
            if value not in (None, ""):
                values[str(block.id)] = value.isoformat() if isinstance(value, date) else value
        return values

    @property
    def raw_texts(self) -> dict[str, str]:
        """What was typed, by field id, right or not: what a draft keeps."""
        texts = {}
        for block in self.page.form_fields:
            value = self.data.get(field_name(str(block.id)))
            if block.value["kind"] != "file" and value:
                texts[str(block.id)] = storable(value)[:TEXT]
        return texts
