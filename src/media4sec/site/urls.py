from django.urls import path

from media4sec.site import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.find, name="search"),
    path("search/feed.atom", views.search_feed, {"ending": "atom"}, name="search_atom"),
    path("search/feed.json", views.search_feed, {"ending": "json"}, name="search_json"),
    path("linked/<str:ref>/", views.linked, name="linked"),
    path("linked/<str:ref>/new/", views.link, name="link"),
    path("links/<int:pk>/remove/", views.unlink, name="unlink"),
    path("themes/<slug:slug>/", views.theme, name="theme"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.site_map, name="site_map"),
    path("sitemap-pages.xml", views.site_map_pages, name="site_map_pages"),
    path("sitemap-<int:part>.xml", views.site_map_part, name="site_map_part"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(".well-known/security.txt", views.security, name="security"),
]
