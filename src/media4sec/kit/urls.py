from django.urls import path

from media4sec.kit import io_views, views

app_name = "kit"
urlpatterns = [
    path("files/<int:pk>/", io_views.file, name="file"),
    path("drafts/", io_views.draft, name="draft"),
    path("preview/", views.preview, name="preview"),
    path("style-guide/", views.style_guide, name="style_guide"),
]
