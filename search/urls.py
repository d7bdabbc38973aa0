"""Addresses of search, below the language."""

from django.urls import path

from . import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/suggest/", views.suggestions, name="suggest"),
    path("search/clicked/", views.clicked, name="clicked"),
]
