"""Addresses of what somebody answers for."""

from django.urls import path

from . import review_views

app_name = "reviews"

urlpatterns = [
    path("", review_views.show_reviews, name="list"),
    path("leaving/", review_views.show_leaving, name="leaving"),
    path("<uuid:key>/", review_views.show_text, name="text"),
    path("<uuid:key>/right/", review_views.confirm, name="confirm"),
    path("<uuid:key>/later/", review_views.postpone, name="postpone"),
    path("<uuid:key>/hand-on/", review_views.offer, name="offer"),
    path("asked/<uuid:key>/answer/", review_views.answer, name="answer"),
    path("asked/<uuid:key>/take-back/", review_views.withdraw, name="withdraw"),
]
