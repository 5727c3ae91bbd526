from django.apps import AppConfig
from django.utils.module_loading import import_string


class RepliesConfig(AppConfig):
    name = "media4sec.replies"
    label = "replies"

    def ready(self) -> None:
        import_string("media4sec.replies.room.open")()
