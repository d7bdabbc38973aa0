"""Addresses below ``/{language}/conversations/``."""

from django.urls import path

from . import views

app_name = "conversations"
urlpatterns = [
    path("reactions/<uuid:key>/<slug:kind>/add/", views.add, name="add_reaction"),
    path("reactions/<uuid:key>/<slug:kind>/remove/", views.remove, name="remove_reaction"),
]
