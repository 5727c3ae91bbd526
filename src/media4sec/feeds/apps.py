from django.apps import AppConfig
from django.utils.module_loading import import_string


class FeedsConfig(AppConfig):
    name = "media4sec.feeds"
    label = "feeds"

    def ready(self) -> None:
        import_string("media4sec.feeds.room.open")()
        read_promptly = import_string("media4sec.kit.activity.read_promptly")
        read_promptly(import_string("media4sec.feeds.services.read_activity"))
