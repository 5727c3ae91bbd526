from django.urls import path

from media4sec.kit import io_views

app_name = "kit"
urlpatterns = [
    path("files/<int:pk>/", io_views.file, name="file"),
    path("drafts/", io_views.draft, name="draft"),
]
