"""What Wagtail's admin is told about competencies."""

from .admin import content_gaps, deleting, library, material  # noqa: F401
