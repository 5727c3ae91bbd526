from django.apps import AppConfig
from django.utils.module_loading import import_string


class JournalConfig(AppConfig):
    name = "media4sec.journal"
    label = "journal"

    def ready(self) -> None:
        import_string("media4sec.journal.room.open")()
