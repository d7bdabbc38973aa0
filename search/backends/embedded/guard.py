"""What Tantivy raises, said in search's own words."""

import contextlib
from collections.abc import Iterator

from ...engine import IndexMissing


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Whatever Tantivy says about files that are gone or broken, said as IndexMissing."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexMissing(str(error)) from error
    except BaseException as error:
        # A panic on the other side of the binding is no Exception.
        if type(error).__name__ == "PanicException":
            raise IndexMissing(str(error)) from error
        raise
