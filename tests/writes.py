"""What a request writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_WRITE = re.compile(r'^\s*(?:INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE\s+FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that are written to while the block lasts."""
    found: set[str] = set()

    def look(execute, sql, params, many, context):
        if match := _WRITE.match(sql):
            found.add(match.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found
