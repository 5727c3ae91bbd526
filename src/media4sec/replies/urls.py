from django.urls import path

from media4sec.replies.views import leaving, own

app_name = "replies"
urlpatterns = [
    path("replies/to/<str:ref>/", leaving.leave, name="leave"),
    path("replies/waiting/<str:token>/", own.waiting, name="waiting"),
    path("replies/own/<str:token>/", own.own, name="own"),
    path("replies/<int:pk>/", leaving.remark_at, name="remark"),
    path("replies/<int:pk>/take-back/", leaving.take_back, name="take_back"),
]
