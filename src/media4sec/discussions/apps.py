from django.apps import AppConfig
from django.utils.module_loading import import_string


class DiscussionsConfig(AppConfig):
    name = "media4sec.discussions"
    label = "discussions"

    def ready(self) -> None:
        import_string("media4sec.discussions.room.open")()
