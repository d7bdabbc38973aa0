"""Moments in templates."""

from django import template

from ..standing import moment_in_words

register = template.Library()
register.filter("moment", moment_in_words)
