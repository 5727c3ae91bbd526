from django.urls import path, re_path

from media4sec.site import pages, views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.find, name="search"),
    path("themes/<slug:slug>/", views.theme, name="theme"),
    re_path(rf"^(?P<slug>{'|'.join(pages.slugs())})/$", views.page, name="page"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.site_map, name="site_map"),
    path("sitemap-pages.xml", views.site_map_pages, name="site_map_pages"),
    path("sitemap-<int:part>.xml", views.site_map_part, name="site_map_part"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(".well-known/security.txt", views.security, name="security"),
]
