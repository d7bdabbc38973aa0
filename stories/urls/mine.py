"""What authors see of their own stories."""

from django.urls import path

from ..views import mine

urlpatterns = [
    path("mine/", mine.my_stories, name="mine"),
    path("mine/<int:pk>/", mine.my_story, name="mine_story"),
    path("mine/<int:pk>/agree/", mine.agree, name="agree"),
    path("mine/<int:pk>/refuse/", mine.refuse, name="refuse"),
    path("mine/<int:pk>/explain/", mine.explain, name="explain"),
    path("mine/<int:pk>/appeal/", mine.appeal, name="appeal"),
    path("mine/<int:pk>/restore/", mine.restore, name="restore"),
    path("mine/<int:pk>/withdraw/", mine.withdraw, name="withdraw"),
    path("<int:pk>/read/", mine.read, name="read"),
]
