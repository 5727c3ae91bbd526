"""Addresses where discussions are read."""

from django.urls import path

from media4sec.discussions.views import reading

urlpatterns = [
    path("discussions/", reading.index, name="index"),
    path("discussions/red/", reading.red, name="red"),
    path("r/<int:pk>/", reading.reply, name="reply_at"),
    path("t/<int:pk>/history/", reading.history, name="history"),
    path("t/<int:pk>/", reading.topic, name="topic_at"),
    path("t/<int:pk>/<slug:slug>/", reading.topic, name="topic"),
]
