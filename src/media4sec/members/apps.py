from django.apps import AppConfig
from django.utils.module_loading import import_string


class MembersConfig(AppConfig):
    name = "media4sec.members"
    label = "members"

    def ready(self) -> None:
        import_string("media4sec.members.room.open")()
