"""Addresses below ``/{language}/development/``: where somebody stands, and what goes with it."""

from django.urls import include, path

from .material_urls import material
from .plan_urls import plan
from .views import assessing, sharing

app_name = "competencies"
urlpatterns = [
    path("", assessing.show_mine, name="mine"),
    *plan,
    path("who-sees-what/", assessing.show_who_sees_what, name="who_sees_what"),
    path("profiles/<uuid:profile_key>/", assessing.start, name="start"),
    path("material/", include(material)),
    path("<uuid:key>/", assessing.show, name="assessment"),
    path("<uuid:key>/finish/", assessing.finish, name="finish"),
    path("<uuid:key>/go-on/", assessing.go_on, name="go_on"),
    path("<uuid:key>/take-over/", assessing.take_over, name="take_over"),
    path("<uuid:key>/delete/", assessing.delete, name="delete"),
    path("<uuid:key>/share/", assessing.share, name="share"),
    path("<uuid:key>/take-back/", assessing.take_back, name="take_back"),
    path("<uuid:key>/<uuid:competency_key>/", assessing.rate, name="rate"),
    path("<uuid:key>/<uuid:competency_key>/keep/", assessing.autosave, name="rate_keep"),
    path("shared/<uuid:key>/", sharing.show, name="sharing"),
    path("shared/<uuid:key>/submit/", sharing.submit, name="submit"),
    path("shared/<uuid:key>/outcome/", sharing.settle, name="settle"),
    path("shared/<uuid:key>/<uuid:competency_key>/", sharing.rate, name="rate_shared"),
    path("shared/<uuid:key>/<uuid:competency_key>/keep/", sharing.autosave, name="rate_shared_keep"),
]
