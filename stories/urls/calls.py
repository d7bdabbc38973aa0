"""Calls for stories."""

from django.urls import path

from ..views import calls as views

urlpatterns = [
    path("calls/new/", views.new_call, name="new_call"),
    path("calls/<int:pk>/edit/", views.edit_call, name="edit_call"),
    path("calls/<int:pk>/end/", views.end, name="end_call"),
    path("calls/<int:pk>/decline/", views.decline, name="decline_call"),
    path("calls/<int:pk>/reconsider/", views.reconsider, name="reconsider_call"),
]
