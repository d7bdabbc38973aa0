"""Addresses of one's plan, and of how groups stand."""

from django.urls import path

from .views import groups, plans

plan = [
    path("plan/", plans.show_plan, name="plan"),
    path("plan/add/", plans.add, name="add_goal"),
    path("plan/<uuid:key>/", plans.change, name="change_goal"),
    path("plan/<uuid:key>/done/", plans.set_done, name="set_goal_done"),
    path("plan/<uuid:key>/remove/", plans.remove, name="remove_goal"),
    path("plan/<uuid:key>/evidence/", plans.evidence, name="goal_evidence"),
    path("plan/<uuid:key>/evidence/put/", plans.put_evidence, name="put_evidence"),
    path("groups/", groups.show_groups, name="groups"),
]
