from django.urls import path

from media4sec.moderation.views import desk, glass, reporting

app_name = "moderation"
urlpatterns = [
    path("report/<str:ref>/", reporting.report, name="make_report"),
    path("decisions/<int:pk>/", desk.decision, name="decision"),
    path("moderation/", desk.desk, name="desk"),
    path("moderation/held/", desk.decide_held, name="decide_held"),
    path("moderation/cases/<int:pk>/", desk.case, name="case"),
    path("moderation/cases/<int:pk>/log/", desk.log, name="log"),
    path("moderation/openings/<int:pk>/", glass.answer, name="answer"),
    path("moderation/openings/<int:pk>/read/", glass.read_sealed, name="read_sealed"),
]
