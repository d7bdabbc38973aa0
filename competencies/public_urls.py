"""What anybody may see: profiles that recruiters link to. Outside the languages and without sign-in."""

from django.urls import path

from .views.public import public_profile

app_name = "public_profiles"
urlpatterns = [path("<slug:language>/<uuid:key>/", public_profile, name="public_profile")]
