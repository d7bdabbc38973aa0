"""Writing, keeping and sending."""

from django.urls import path

from ..views import writing

urlpatterns = [
    path("new/", writing.new, name="new"),
    path("draft/colleagues/", writing.colleagues, name="colleagues"),
    path("draft/token/", writing.token, name="token"),
    path("draft/<uuid:key>/", writing.draft, name="draft"),
    path("draft/<uuid:key>/save/", writing.save, name="draft_save"),
    path("draft/<uuid:key>/photos/", writing.add_photo, name="draft_photos"),
    path("draft/<uuid:key>/preview/", writing.preview, name="draft_preview"),
    path("draft/<uuid:key>/send/", writing.send, name="draft_send"),
    path("draft/<uuid:key>/delete/", writing.delete, name="draft_delete"),
    path("mine/<int:pk>/revise/", writing.revise, name="revise"),
]
