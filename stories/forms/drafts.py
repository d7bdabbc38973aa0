"""What somebody writes: the words, and what they say about their photos."""

import re
from functools import cached_property

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import MAX_CHARACTERS, StoryCall, StoryDraft, StoryIndexPage, StoryTheme

# What a draft may hold; a story may hold MAX_CHARACTERS. Who pastes too much gets to cut it.
DRAFT_LIMIT = 200_000
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
MOST_PEOPLE = 20


class WordsForm(forms.Form):
    """The first step. Everything may be left empty: a draft is allowed to be unfinished."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title = forms.CharField(label=_("Title"), required=False, max_length=255)
    text = forms.CharField(
        label=_("Your story"),
        help_text=_("Write as you talk. What did you see, what did you do, what did you learn?"),
        required=False,
        max_length=DRAFT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": None}),
    )
    language = forms.ChoiceField(label=_("I write in"), choices=LANGUAGES, widget=forms.RadioSelect)
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=StoryTheme.objects.none(), required=False, empty_label=_("No theme")
    )
    channel = forms.TypedChoiceField(label=_("Where it appears"), required=False, empty_value=None)
    call = forms.TypedChoiceField(label=_("Answers the call"), required=False, empty_value=None)

    def __init__(self, *args, user, draft: StoryDraft | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.draft = user, draft
        self.fields["text"].widget.attrs |= {"data-limit": MAX_CHARACTERS, "dir": "auto"}
        self.fields["title"].widget.attrs |= {"dir": "auto", "autocomplete": "off"}
        self.fields["theme"].queryset = StoryTheme.objects.all()
        self.fields["theme"].label_from_instance = _name_of_theme
        if not StoryTheme.objects.exists():
            del self.fields["theme"]
        if draft is not None and draft.story_id:
            del self.fields["language"], self.fields["channel"]
        else:
            self._offer_channels()
        self._offer_calls()

    def _offer_channels(self) -> None:
        channels = StoryIndexPage.objects.visible_to(self.user).in_language(get_language()).order_by("path")
        choices = [(str(page.translation_key), page.title) for page in channels]
        if len(choices) < 2:
            del self.fields["channel"]
            return
        self.fields["channel"].choices = choices

    def _offer_calls(self) -> None:
        calls = StoryCall.objects.visible_to(self.user).in_language(get_language())
        open_calls = calls.filter(ends_on__gte=timezone.localdate()).order_by("ends_on", "pk")
        choices = {str(call.translation_key): call.title for call in open_calls}
        if self.draft is not None and self.draft.call_id:
            # One that has ended stays to be seen, so that one can choose to send the story without it.
            choices.setdefault(str(self.draft.call.translation_key), self.draft.call.title)
        if not choices:
            del self.fields["call"]
            return
        self.fields["call"].choices = [("", _("No call")), *choices.items()]

    def clean_channel(self) -> StoryIndexPage | None:
        """The channel itself; of its pages in both languages the one in the reader's."""
        key = self.cleaned_data["channel"]
        pages = StoryIndexPage.objects.visible_to(self.user).filter(translation_key=key) if key else None
        return pages.in_language(get_language()).first() if pages is not None else None

    def clean_call(self) -> StoryCall | None:
        """The call itself: of its pages the original."""
        key = self.cleaned_data["call"]
        if not key:
            return None
        pages = StoryCall.objects.visible_to(self.user).filter(translation_key=key)
        return pages.filter(alias_of__isnull=True).order_by("pk").first()

    @property
    def values(self) -> dict:
        """What was sent in, for ``services.writing.save_draft``; fields that weren't are left alone."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version" and name in self.data}

    @staticmethod
    def initial_of(draft: StoryDraft) -> dict:
        """What the fields hold for this draft."""
        return {
            "version": draft.version,
            "title": draft.title,
            "text": draft.text,
            "language": draft.language,
            "theme": draft.theme_id or "",
            "channel": str(draft.channel.translation_key) if draft.channel_id else "",
            "call": str(draft.call.translation_key) if draft.call_id else "",
        }


def _name_of_theme(theme: StoryTheme) -> str:
    return (get_language() == "en" and theme.name_en) or theme.name


class ColleaguesField(forms.ModelMultipleChoiceField):
    """Ticked colleagues; one who is no colleague any more is left out instead of refusing the others."""

    def clean(self, value):
        """The colleagues among these ids."""
        pks = [str(pk) for pk in value or [] if re.fullmatch("[0-9]{1,9}", str(pk))]
        return self.queryset.filter(pk__in=pks[:MOST_PEOPLE])


class PhotoForm(forms.Form):
    """What a photo shows, and who is on it. Names and addresses that can't be found are said beside their field."""

    alt_text = forms.CharField(
        label=_("What does the photo show?"),
        help_text=_("For colleagues who can't see it."),
        required=False,
        max_length=255,
    )
    is_decorative = forms.BooleanField(label=_("It only decorates: the story is whole without it"), required=False)
    caption = forms.CharField(label=_("Caption"), required=False, max_length=255)
    people = ColleaguesField(label=_("Recognisable on it"), queryset=get_user_model().objects.none(), required=False)
    who = forms.CharField(
        label=_("Who can be recognised?"),
        help_text=_(
            "Names or e-mail addresses of colleagues, with commas between. They are told before your story appears."
        ),
        required=False,
        max_length=500,
    )
    nobody_recognisable = forms.BooleanField(label=_("Nobody can be recognised"), required=False)

    def __init__(self, *args, photo, **kwargs):
        self.photo = photo
        super().__init__(*args, prefix=str(photo.key), initial=self._initial_of(photo), **kwargs)
        self.fields["people"].queryset = get_user_model().objects.all()
        for name in ("alt_text", "caption"):
            self.fields[name].widget.attrs |= {"dir": "auto"}
        self.fields["who"].widget.attrs |= {"autocomplete": "off"}

    @staticmethod
    def _initial_of(photo) -> dict:
        words = ("alt_text", "is_decorative", "caption", "nobody_recognisable")
        return {name: getattr(photo, name) for name in words}

    @cached_property
    def chosen(self) -> list:
        """The colleagues that are ticked, as they were sent or as they were saved."""
        if self.is_bound:
            return list(self.fields["people"].clean(self.data.getlist(self.add_prefix("people"))))
        return list(self.photo.people.all())

    def clean_people(self) -> list:
        """Colleagues who were on it already, or who may still sign in."""
        before = {person.pk for person in self.photo.people.all()}
        return [person for person in self.cleaned_data["people"] if person.is_active or person.pk in before]

    def clean_who(self) -> list:
        """The colleagues named; raises ValidationError for a name nobody or more than one colleague has."""
        typed = self.cleaned_data["who"]
        names = [" ".join(name.split()) for name in re.split(r"[,;\n]", typed) if name.strip()]
        faults, people = [], []
        for name in names:
            found = list(_named(name)[:2])
            if len(found) == 1:
                people.append(found[0])
            elif found:
                faults.append(
                    _("More than one colleague is called “%(name)s”. Type the e-mail address.") % {"name": name}
                )
            else:
                faults.append(
                    _("There is no colleague “%(name)s”. Check the name, or type the e-mail address.") % {"name": name}
                )
        if faults:
            raise forms.ValidationError(faults)
        return people

    @property
    def values(self) -> dict:
        """What was said, for ``services.writing.describe_photos``; what has a fault is left as it was."""
        words = {
            name: " ".join(value.split()) if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
            if name in ("alt_text", "is_decorative", "caption", "nobody_recognisable")
        }
        people = [*self.cleaned_data.get("people", []), *self.cleaned_data.get("who", [])]
        return words | {"people": list({person.pk: None for person in people})[:MOST_PEOPLE]}


def _named(name: str):
    """Active colleagues with exactly this e-mail address, or this first name and last name."""
    people = get_user_model().objects.active()
    if "@" in name:
        return people.filter(email__iexact=name)
    whole = Q(first_name__iexact=name)
    parts = name.split(" ")
    for cut in range(1, len(parts)):
        whole |= Q(first_name__iexact=" ".join(parts[:cut]), last_name__iexact=" ".join(parts[cut:]))
    return people.filter(whole)


def photo_limits() -> str:
    """How large a photo may be, in words."""
    return _("At most %(size)s and %(pixels)s million pixels each. Place and camera are taken out.") % {
        "size": filesizeformat(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE),
        "pixels": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000,
    }
