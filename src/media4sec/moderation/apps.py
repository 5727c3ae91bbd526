from django.apps import AppConfig
from django.utils.module_loading import import_string


class ModerationConfig(AppConfig):
    name = "media4sec.moderation"
    label = "moderation"

    def ready(self) -> None:
        import_string("media4sec.moderation.room.open")()
