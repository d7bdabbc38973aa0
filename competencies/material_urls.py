"""Addresses of what somebody reads for a competency; part of those of the app, below ``material/``."""

from django.urls import path

from .views import material as views

material = [
    path("<uuid:page_key>/read/", views.read, name="read"),
    path("<uuid:page_key>/unread/", views.unread, name="unread"),
    path("add-to-path/", views.add_to_path, name="add_to_path"),
]
