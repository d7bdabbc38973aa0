"""Onboarding in Wagtail's admin: HR's enrolments and figures, editors' changes of paths."""
