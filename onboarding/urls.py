"""Addresses of somebody's own path; the pages of a path have Wagtail's."""

from django.urls import path

from .answering_urls import answering
from .views import (
    check_ins,
    doing,  # noqa: F401 - declares what kinds of steps show
    enrolling,
    history,
    meetings,
    own_steps,
    standing_in,
    steering,
    steps,
    supporters,
)
from .views import newcomer as views

app_name = "onboarding"
urlpatterns = [
    path("", views.show_mine, name="mine"),
    path("<int:enrolment_id>/", views.show_enrolment, name="enrolment"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/complete/", steps.complete, name="complete"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/reopen/", steps.reopen, name="reopen"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/items/<uuid:item>/", steps.tick, name="tick"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/meeting/", meetings.agree, name="agree_meeting"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/meeting/cancel/", meetings.cancel, name="cancel_meeting"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/meeting/keep/", meetings.keep, name="keep_meeting"),
    path("<int:enrolment_id>/steps/<uuid:step_key>/check-in/<str:part>/", check_ins.add, name="add_point"),
    path("check-ins/<uuid:point_id>/", check_ins.change, name="change_point"),
    path("check-ins/<uuid:point_id>/remove/", check_ins.remove, name="remove_point"),
    path("check-ins/<uuid:point_id>/discussed/", check_ins.discuss, name="discuss_point"),
    path("<int:enrolment_id>/own/<int:own_id>/complete/", own_steps.complete, name="own_complete"),
    path("<int:enrolment_id>/own/<int:own_id>/reopen/", own_steps.reopen, name="own_reopen"),
    path("<int:enrolment_id>/own/<int:own_id>/remove/", own_steps.remove, name="own_remove"),
    path("<int:enrolment_id>/history/", history.show_history, name="history"),
    path("meetings/<uuid:uid>/", meetings.show, name="meeting"),
    path("meetings/<uuid:uid>/meeting.ics", meetings.calendar_file, name="meeting_file"),
    path("for-me/", supporters.show_waiting, name="waiting"),
    path("for/", supporters.show_newcomers, name="newcomers"),
    path("for/stand-in/", standing_in.stand_in, name="stand_in"),
    path("for/stand-in/<int:pk>/end/", standing_in.end, name="end_stand_in"),
    path("for/enrol/", enrolling.EnrolOwnView.as_view(), name="enrol_own"),
    path("for/<int:enrolment_id>/", supporters.show_newcomer, name="newcomer"),
    path("for/<int:enrolment_id>/<uuid:step_key>/", supporters.show_step, name="supported_step"),
    path("for/<int:enrolment_id>/<uuid:step_key>/complete/", steering.complete, name="supported_complete"),
    path("for/<int:enrolment_id>/<uuid:step_key>/reopen/", steering.reopen, name="supported_reopen"),
    path("for/<int:enrolment_id>/<uuid:step_key>/waive/", steering.waive, name="waive"),
    path("for/<int:enrolment_id>/<uuid:step_key>/unwaive/", steering.unwaive, name="unwaive"),
    path("for/<int:enrolment_id>/<uuid:step_key>/sign-off/", steering.sign_off, name="sign_off"),
    path("for/<int:enrolment_id>/<uuid:step_key>/send-back/", steering.send_back, name="send_back"),
    path("for/<int:enrolment_id>/<uuid:step_key>/nudge/", steering.nudge_step, name="nudge"),
    path("who-sees-what/", supporters.show_who_sees_what, name="who_sees_what"),
    *answering,
]
