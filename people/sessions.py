"""What is read in the same query as the colleague of a session.

Every request looks up who is signed in. An app above that needs a small figure about that person on every page lets it be
read along instead of asking once more.
"""

from collections.abc import Callable

from django.db.models.expressions import Combinable

_figures: dict[str, Callable[[], Combinable]] = {}


def read_with_session(name: str, expression: Callable[[], Combinable]) -> None:
    """Have ``expression()`` over the colleague's row in the attribute ``name`` of ``request.user``."""
    _figures[name] = expression


def figures() -> dict[str, Combinable]:
    """The expressions by name, for ``QuerySet.annotate``."""
    return {name: expression() for name, expression in _figures.items()}
