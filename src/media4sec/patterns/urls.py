"""The room's addresses."""

from django.urls import path

from media4sec.patterns.views import experiences, map, reading

app_name = "patterns"
urlpatterns = [
    path("patterns/", reading.index, name="index"),
    path("patterns/of-theme/<slug:theme>/", reading.of_theme, name="of_theme"),
    path("patterns/map/", map.language, name="map"),
    path("patterns/compare/", map.compare, name="compare"),
    path("patterns/<slug:slug>/", reading.pattern, name="pattern"),
    path("patterns/<slug:slug>/v<int:number>/", reading.version, name="version"),
    path("patterns/<slug:slug>/v<int:number>/cite/<slug:style>/", reading.citation, name="cite"),
    path("patterns/<slug:slug>/history/", reading.history, name="history"),
    path("experiences/<int:pk>/", experiences.experience, name="experience"),
]
