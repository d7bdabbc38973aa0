"""What Wagtail's admin is told about competencies."""

from .admin import deleting, library  # noqa: F401
