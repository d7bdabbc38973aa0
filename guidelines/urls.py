"""Addresses below ``/{language}/manuals/``: what readers and owners do with manuals besides reading them."""

from django.urls import path

from .views import changes, feedback, following

app_name = "guidelines"
urlpatterns = [
    path("mine/", following.mine, name="mine"),
    path("feedback/", feedback.received, name="feedback"),
    path("feedback/<int:pk>/", feedback.item, name="feedback_item"),
    path("<int:page_id>/feedback/", feedback.give, name="give_feedback"),
    path("<int:page_id>/compare/", changes.compare, name="compare"),
    path("<int:page_id>/follow/", following.follow, name="follow"),
    path("<int:page_id>/unfollow/", following.unfollow, name="unfollow"),
]
