from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Paths, enrolments and what people did on them."""

    name = "onboarding"

    def ready(self):
        """Listen to Wagtail's events about pages of a path and to finished assessments; say what competencies may use."""
        from . import competency_evidence, competency_paths, signals  # noqa: F401
        from .services import assessing  # noqa: F401
