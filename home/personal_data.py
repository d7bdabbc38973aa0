"""News that somebody wrote, for them to take along."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from .models import NewsPage


def collect(person) -> list[dict]:
    """The news by them, published or not, in the language it was written in; one query."""
    rows = NewsPage.objects.filter(author=person, alias_of=None).select_related("locale").order_by("pk")
    return [{"title": row.title, "language": row.locale.language_code, "at": row.first_published_at} for row in rows]


register(
    Part(
        "news",
        _("Your news"),
        collect,
        labels={"title": _("title"), "language": _("language"), "at": _("published on")},
    )
)
