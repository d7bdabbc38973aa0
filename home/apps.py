from importlib import import_module

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self):
        """Listen to published chapters, and say where stories are used."""
        import_module("home.signals")
