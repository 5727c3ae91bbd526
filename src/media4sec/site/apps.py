from django.apps import AppConfig
from django.utils.module_loading import import_string


class SiteConfig(AppConfig):
    name = "media4sec.site"
    label = "site"

    def ready(self) -> None:
        read_promptly = import_string("media4sec.kit.activity.read_promptly")
        read_promptly(import_string("media4sec.site.services.read_activity"))
