from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """What colleagues say to each other: reactions to a text, and questions to the desk."""

    name = "conversations"
