"""The room's addresses: what one does comes first, so that no topic's title can hide it."""

from media4sec.discussions import urls_reading, urls_writing

app_name = "discussions"
urlpatterns = [*urls_writing.urlpatterns, *urls_reading.urlpatterns]
