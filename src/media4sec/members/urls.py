"""Addresses of people and circles."""

from media4sec.members import urls_circles, urls_people

app_name = "members"
urlpatterns = urls_people.urlpatterns + urls_circles.urlpatterns
