"""Addresses of somebody's own path; the pages of a path have Wagtail's."""

from django.urls import path

from . import views

app_name = "onboarding"
urlpatterns = [
    path("", views.show_mine, name="mine"),
    path("<int:enrolment_id>/", views.show_enrolment, name="enrolment"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/complete/", views.complete, name="complete"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/reopen/", views.reopen, name="reopen"),
]
