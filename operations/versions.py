"""Which versions run here; those of database and search engine are seen by their checks."""

import platform
import tomllib
from functools import cache

import django
import wagtail
from django.conf import settings
from django.utils.translation import gettext as _


@cache
def portal_version() -> str:
    """Of this portal, as ``pyproject.toml`` has it."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def versions() -> list[tuple[str, str]]:
    """``(what, version)`` of the portal and what it is made with."""
    return [
        (_("Portal"), portal_version()),
        ("Django", django.get_version()),
        ("Wagtail", wagtail.__version__),
        ("Python", platform.python_version()),
    ]
