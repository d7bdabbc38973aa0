"""What anybody may see: public copies of stories. Outside the languages and without sign-in."""

from django.urls import path, re_path

from .views import shared

app_name = "shared"
urlpatterns = [
    path("<slug:token>/", shared.snapshot, name="snapshot"),
    path("<slug:token>/<int:number>.jpg", shared.photo, name="snapshot_photo"),
    path("<slug:token>/card.jpg", shared.card, name="snapshot_card"),
    re_path(r"^.*$", shared.nothing_here, name="snapshot_nothing"),
]
