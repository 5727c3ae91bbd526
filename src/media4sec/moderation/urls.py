from django.urls import path

from media4sec.moderation import views

app_name = "moderation"
urlpatterns = [
    path("report/<str:ref>/", views.report, name="make_report"),
    path("moderation/", views.desk, name="desk"),
    path("moderation/reports/<int:pk>/", views.report_page, name="report"),
    path("moderation/openings/<int:pk>/", views.answer, name="answer"),
    path("moderation/openings/<int:pk>/read/", views.read_sealed, name="read_sealed"),
]
