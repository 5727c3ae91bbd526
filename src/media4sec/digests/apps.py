from django.apps import AppConfig
from django.utils.module_loading import import_string


class DigestsConfig(AppConfig):
    name = "media4sec.digests"
    label = "digests"

    def ready(self) -> None:
        import_string("media4sec.digests.room.open")()
