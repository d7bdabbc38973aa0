"""Addresses for who has no work account yet. The names stand in the list of what is open without signing in."""

from django.urls import path

from .views import preboarding as views

app_name = "preboarding"
urlpatterns = [
    path("", views.ask_for_link, name="preboarding_ask"),
    path("asked/", views.show_asked, name="preboarding_asked"),
    path("<slug:token>/", views.show_link, name="preboarding_link"),
]
