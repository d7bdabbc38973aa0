"""Template tags of the frame: icons, pictures, fields and small things every template needs."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ..icons import icon_html
from ..pictures import picture_html
from ..reading import minutes_in_words
from ..rich_text import render_prose

register = template.Library()
register.simple_tag(picture_html, name="picture")
register.filter(minutes_in_words)
register.filter("prose", render_prose)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite ``portal/icons.svg``; always beside a word, so hidden from screen readers."""
    return icon_html(name)


@register.simple_tag
def answers_for(page):
    """The colleague to ask about a page that a reader may not open; None without a page or anybody."""
    # Page types use the icons of this module while models are still being loaded.
    from ..asking import who_answers_for

    return who_answers_for(page) if page else None


@register.filter
def language_name(code: str) -> str:
    """A language's name in that language, for the switch: ``nl`` gives Nederlands."""
    return dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES).get(code, code)


@register.filter
def no_translation(code: str) -> str:
    """What the switch to language ``code`` says, in that language, where the page isn't there."""
    with override(code):
        return _("this page is not there; to the front page")


@register.filter
def in_language(thing, field: str) -> str:
    """``thing``'s field in the reader's language: ``job_title_en`` in English if filled in, else ``job_title``."""
    return getattr(thing, f"{field}_{get_language()}", "") or getattr(thing, field, "")


@register.filter
def phone_link(number: str) -> str:
    """A telephone number as it stands in ``tel:``: digits and a leading plus."""
    digits = "".join(c for c in number if c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits


@register.filter
def page_numbers(page_obj) -> list:
    """The numbers to show below a list, with an ellipsis where some are left out."""
    return list(page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1))


@register.filter
def input_widget(field) -> SafeString:
    """The bound field's widget in the portal's form, tied to its hint and its error."""
    attrs = {"aria-describedby": described_by(field)} if described_by(field) else {}
    if getattr(field.field.widget, "input_type", "") not in ("checkbox", "radio"):
        attrs["class"] = f"{field.field.widget.attrs.get('class', '')} input".strip()
    if "placeholder" in field.field.widget.attrs:
        # It would only repeat the label, and is gone as soon as one types.
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


@register.filter
def described_by(field) -> str:
    """The ids of hint and error of a bound field, for ``aria-describedby``."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*ids, f"{field.auto_id}_error"] if field.errors else ids)


@register.filter
def kind(field) -> str:
    """How a bound field is drawn: "hidden", "checkbox", "choices" (radio buttons and ticks) or "input"."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if hasattr(widget, "subwidgets") and widget.use_fieldset:
        return "choices"
    return "checkbox" if getattr(widget, "input_type", "") == "checkbox" else "input"
