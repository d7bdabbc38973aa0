"""What somebody who hasn't started sees of a page that a step points to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page


def show_page_before_start(request: HttpRequest, page: Page) -> HttpResponse:
    """The page's own text and pictures, whatever its type: no colleagues, comments or neighbours around it."""
    request.page_for_languages = page
    return render(request, "onboarding/preboarding/page.html", {"page": page.specific})
