"""What moderators do."""

from django.urls import path

from ..views import reviewing as views

urlpatterns = [
    path("review/", views.queue, name="queue"),
    path("review/<int:pk>/", views.review, name="review"),
    path("review/<int:pk>/claim/", views.claim, name="review_claim"),
    path("review/<int:pk>/release/", views.release, name="review_release"),
    path("review/<int:pk>/approve/", views.approve, name="review_approve"),
    path("review/<int:pk>/edit/", views.edit, name="review_edit"),
    path("review/<int:pk>/difference/", views.difference, name="review_difference"),
    path("review/<int:pk>/changes/", views.changes, name="review_changes"),
    path("review/<int:pk>/decline/", views.decline, name="review_decline"),
    path("review/<int:pk>/read/", views.read, name="review_read"),
]
