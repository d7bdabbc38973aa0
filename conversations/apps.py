from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """What colleagues say to each other about a text: reactions."""

    name = "conversations"
