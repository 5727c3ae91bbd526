from django.apps import AppConfig
from django.utils.module_loading import import_string


class PatternsConfig(AppConfig):
    name = "media4sec.patterns"
    label = "patterns"

    def ready(self) -> None:
        import_string("media4sec.patterns.room.open")()
