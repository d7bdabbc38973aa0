"""Sharing on."""

urlpatterns = []
