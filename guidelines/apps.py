from importlib import import_module

from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "guidelines"

    def ready(self):
        """Listen to what is published, and say what moves when somebody leaves and what readers found."""
        from . import receivers  # noqa: F401

        import_module("guidelines.leaving_reading")
        import_module("guidelines.scorecard_columns")
