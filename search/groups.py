"""What is found besides pages: people, questions and documents, each in a group of its own.

None of it is kept: who may see what is asked again for every showing.
"""

from django.core.paginator import Page, Paginator

from .documents import Collection
from .engine import IndexMissing
from .query import PER_PAGE, Question
from .sources import Source, all_sources, source_of
from .sources.finding import Found, found_in, ranked_in

IN_A_GROUP = 3


def other_groups(question: Question, user, most: int = IN_A_GROUP) -> list[Found]:
    """What the sources besides pages have that fits well, those without anything left out.

    Raises EngineDown where nothing answers. A collection that was never made, as after an upgrade, has nothing yet.
    """
    groups = []
    for source in all_sources():
        if source.collection != Collection.PAGES:
            try:
                groups.append(found_in(source, question, user, most))
            except IndexMissing:
                continue
    return [group for group in groups if group.rows]


def in_collection(question: Question, user, name: str, number: int) -> tuple[Source, Page] | None:
    """All that one source has, as a page of its results; None where there is no such source.

    Raises IndexUnavailable where there is no usable index.
    """
    source = source_of(Collection(name)) if name in set(Collection) - {Collection.PAGES} else None
    if source is None:
        return None
    ranked = ranked_in(source, question, user)
    page = Paginator(ranked.pks if ranked else [], PER_PAGE).get_page(number)
    page.object_list = source.results(list(page.object_list), ranked.plan, user) if ranked else []
    return source, page
