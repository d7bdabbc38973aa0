"""Calls for stories."""

urlpatterns = []
