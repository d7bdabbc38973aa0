"""What anybody may see: profiles that recruiters link to. Outside the languages and without sign-in."""

from django.urls import path

from . import views

app_name = "public_profiles"
urlpatterns = [path("<slug:language>/<uuid:key>/", views.public_profile, name="public_profile")]
