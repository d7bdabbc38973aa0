from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Veldbron: the organisation that shows what the portal does."""

    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"
