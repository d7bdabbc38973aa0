"""Addresses outside the languages: house style and the choice of language, open before sign-in."""

from django.urls import path

from . import frame_views

urlpatterns = [
    path("", frame_views.front_door, name="front_door"),
    path("theme-<slug:digest>.css", frame_views.theme, name="theme"),
    path("logo-<slug:digest>", frame_views.logo, name="logo"),
    path("language/", frame_views.choose_language, name="choose_language"),
]
