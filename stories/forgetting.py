"""Stories know how to forget somebody."""

from people.forgetting import register

from .services.forgetting import forget_in_stories

register(forget_in_stories)
