"""Addresses of the scorecard in the portal."""

from django.urls import path

from . import views

app_name = "insight"

urlpatterns = [path("", views.show_scorecard, name="scorecard")]
