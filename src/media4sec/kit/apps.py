from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "media4sec.kit"
    label = "kit"
