from django.apps import AppConfig
from django.utils.module_loading import import_string


class AssessmentsConfig(AppConfig):
    name = "media4sec.assessments"
    label = "assessments"

    def ready(self) -> None:
        import_string("media4sec.assessments.room.open")()
