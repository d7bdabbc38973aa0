"""Addresses of the question desk, below ``/{language}/questions/``."""

from django.urls import path

from . import question_views as views

app_name = "questions"
urlpatterns = [
    path("", views.questions, name="list"),
    path("new/", views.ask, name="ask"),
    path("<int:pk>/", views.question, name="detail"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/close/", views.close, name="close"),
]
