from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Paths, enrolments and what people did on them."""

    name = "onboarding"

    def ready(self):
        """Listen to Wagtail's events about the pages of a path."""
        from . import signals  # noqa: F401
