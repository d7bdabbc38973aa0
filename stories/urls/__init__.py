"""Addresses of stories below ``/{language}/stories/``, by what somebody comes to do."""

from . import calls, mine, pictures, reviewing, sharing, writing

app_name = "stories"
urlpatterns = [
    *writing.urlpatterns,
    *mine.urlpatterns,
    *reviewing.urlpatterns,
    *pictures.urlpatterns,
    *calls.urlpatterns,
    *sharing.urlpatterns,
]
