"""Addresses about the reader, below /nl/ and /en/."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("people/me/", views.my_profile, name="my_profile"),
    path("people/me/data/", views.my_data, name="my_data"),
    path("people/<uuid:key>/", views.profile, name="profile"),
]
