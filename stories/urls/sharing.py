"""Sharing on."""

from django.urls import path

from ..views import releasing, sharing

urlpatterns = [
    path("<int:pk>/share/", sharing.share, name="share"),
    path("<int:pk>/share/ask/", sharing.ask, name="share_ask"),
    path("<int:pk>/share/end/", sharing.end, name="share_end"),
    path("<int:pk>/share/wanted/", sharing.wanted, name="share_wanted"),
    path("<int:pk>/share/tips/", sharing.read_tips, name="share_tips"),
    path("<int:pk>/share/<slug:network>/", sharing.share_to, name="share_to"),
    path("photos/<int:pk>/outside/", sharing.consent, name="consent"),
    path("share/waiting/", releasing.releases, name="releases"),
    path("share/waiting/<int:pk>/", releasing.release, name="release"),
    path("share/waiting/<int:pk>/refuse/", releasing.refuse, name="release_refuse"),
]
