from django.urls import path

from media4sec.digests.views import desk, letters, newsletter, notices

app_name = "digests"
urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read, name="read"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("watch/<str:ref>/", notices.watch, name="watch"),
    path("me/watching/", notices.watching, name="watching"),
    path("me/letters/", letters.letters, name="letters"),
    path("me/letters/start/", letters.start, name="start"),
    path("letters/stop/<str:token>/", letters.stop, name="stop"),
    path("newsletter/", newsletter.newsletter, name="newsletter"),
    path("newsletter/asked/", newsletter.asked, name="asked"),
    path("newsletter/desk/", desk.desk, name="desk"),
    path("newsletter/desk/new/", desk.write, name="new"),
    path("newsletter/desk/<int:pk>/", desk.write, name="write"),
    path("newsletter/desk/<int:pk>/send/", desk.send, name="send"),
    path("newsletter/confirm/<str:key>/", newsletter.confirm, name="confirm"),
    path("newsletter/leave/<str:key>/", newsletter.leave, name="leave"),
    path("newsletter/<int:pk>/", newsletter.issue, name="issue"),
]
