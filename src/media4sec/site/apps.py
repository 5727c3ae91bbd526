from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "media4sec.site"
    label = "site"
