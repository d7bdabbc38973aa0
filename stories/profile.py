"""Stories on the page of who wrote them."""

from functools import partial

from django.utils.translation import get_language

from base.access import cache_key_for
from base.reading import RememberedPaginator
from people.profile import Section, register

from .listing import PER_PAGE
from .models import StoryPage


def stories_by(person, request) -> dict | None:
    """``{"page_obj"}``: the stories by ``person`` that this reader may see, newest first; None where there are none."""
    language = get_language()
    paginator = RememberedPaginator(
        partial(_by, person, request.user, language),
        PER_PAGE,
        count_key=f"stories-by:{person.pk}:{language}:{cache_key_for(request.user)}",
    )
    return {"page_obj": paginator.get_page(request.GET.get("page"))} if paginator.count else None


def _by(person, user, language: str):
    return StoryPage.objects.for_list(user, language).filter(author=person)


register(Section("stories", "stories/_by_person.html", stories_by))
