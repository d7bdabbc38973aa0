"""Short ways to fill an engine and to ask it."""

from search.documents import EVERYTHING, Collection, Document, Section
from search.planner import make_plan


def page(pk, title="Titel", text="tekst", language="nl", anchor="", heading="", **fields):
    """A document of one section."""
    return Document(pk=pk, language=language, title=title, sections=(Section(anchor, heading, text),), **fields)


def rebuild(engine, pages):
    """An index of these pages."""
    return engine.rebuild({Collection.PAGES: pages})


def plan_for(engine, query, language="nl", scope=EVERYTHING):
    """The query as this engine's words make it."""
    return make_plan(query, language, engine.vocabulary(scope))


def find(engine, query, language="nl", scope=EVERYTHING):
    """Primary keys, best first."""
    return list(engine.search(plan_for(engine, query, language, scope), limit=50, scope=scope))
