"""What an editor is told about a text before publishing it: how hard it reads, and which language is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel
from wagtail.models import Locale, Page

from base.reading_level import reading_level, texts_in

MOST_IN_SHORT = 60
LONGEST_SHOWN = 260


class TextCheckPanel(Panel):
    """The text as it was saved last; new pages have none yet."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "guidelines/admin/text_check.html"

        def is_shown(self) -> bool:
            """Not before the first save."""
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            """``level`` (ReadingLevel), ``verdict``, ``longest`` sentences, ``summary_words`` where there are many,
            ``missing`` (see ``missing_languages``)."""
            context = super().get_context_data(parent_context)
            page = self.instance
            level = reading_level([page.summary, *texts_in(page.body.raw_data)], page.locale.language_code)
            count = len(page.summary.split())
            return {
                **context,
                "level": level,
                "verdict": verdict(level),
                "longest": [_shortened(sentence) for sentence in level.longest],
                "summary_words": count if count > MOST_IN_SHORT else 0,
                "missing": missing_languages(page, self.request),
            }


def verdict(level) -> str:
    """What the score means, in words; empty without one."""
    words = {
        "A2": _("Very easy to read."),
        "B1": _("Easy to read: most colleagues follow this at once."),
        "B2": _("Rather hard to read. Shorter sentences and everyday words help."),
        "C1": _(
            "Hard to read: many colleagues will give up. Shorten the sentences, and say it as you would to a neighbour."
        ),
    }
    return words[level.level] if level.level else ""


def missing_languages(page: Page, request) -> list[dict]:
    """``[{"sentence", "url"}, ...]`` for every language in which readers get this page's own text instead.

    ``url`` is where it is translated; empty for who may not, and for a translation that only has to be published.
    """
    if page.alias_of_id:
        return []
    twins = Page.objects.filter(translation_key=page.translation_key, alias_of__isnull=True).exclude(pk=page.pk)
    known = dict(twins.values_list("locale_id", "live"))
    may_translate = request.user.has_perm("wagtail_localize.submit_translation")
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk]) if may_translate else ""
    found = []
    for locale in Locale.objects.exclude(pk=page.locale_id):
        if locale.pk not in known:
            found.append({"sentence": _no_version(locale.language_code), "url": url})
        elif not known[locale.pk]:
            found.append({"sentence": _not_published(locale.language_code), "url": ""})
    return found


def _no_version(code: str) -> str:
    return {
        "nl": _("There is no Dutch version of this page yet."),
        "en": _("There is no English version of this page yet."),
    }.get(code, code)


def _not_published(code: str) -> str:
    return {
        "nl": _("The Dutch version of this page isn't published."),
        "en": _("The English version of this page isn't published."),
    }.get(code, code)


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_SHOWN else f"{sentence[:LONGEST_SHOWN].rstrip()}…"
