"""What the processes write, caught as it would be written."""

import io
import logging

import pytest
from django.conf import settings

from operations.logs.formatters import JsonFormatter, LineFormatter
from operations.logs.records import TrailFilter

FORMATTERS = {"json": JsonFormatter, "line": LineFormatter}


@pytest.fixture
def written():
    """``written("json")()``: everything that every logger wrote since, at every level, in this form."""
    undo = []

    def begin(form: str):
        output = io.StringIO()
        handler = logging.StreamHandler(output)
        handler.setFormatter(FORMATTERS[form]())
        handler.addFilter(TrailFilter())
        for name in ("", "django", *settings.OWN_APPS):
            logger = logging.getLogger(name)
            undo.append((logger, logger.level, handler))
            # The test tools have much to say below INFO that nobody sees in real life.
            logger.setLevel(logging.DEBUG if name else logging.INFO)
            if name in ("", "django"):
                logger.addHandler(handler)
        return output.getvalue

    yield begin
    for logger, level, handler in undo:
        logger.setLevel(level)
        logger.removeHandler(handler)
