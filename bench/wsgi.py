"""The community and the yardstick behind one server: the same worker answers both."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines

from media4sec.config.wsgi import application as community

ROWS = [{"title": f"Row {n}", "author": f"Member {n}", "count": n} for n in range(20)]
PAGE = engines["django"].from_string(
    "<!doctype html><title>Yardstick</title><ul>{% for row in rows %}"
    '<li><a href="/{{ row.count }}/">{{ row.title }}</a> {{ row.author }} {{ row.count }}</li>'
    "{% endfor %}</ul>"
)


def yardstick(request: HttpRequest) -> HttpResponse:
    """A bare Django view that renders twenty rows with a template: no middleware, no database."""
    return HttpResponse(PAGE.render({"rows": ROWS}))


class Bare(WSGIHandler):
    """Django without any middleware, and one view."""

    def load_middleware(self, is_async: bool = False) -> None:
        before, settings.MIDDLEWARE = settings.MIDDLEWARE, []
        super().load_middleware(is_async)
        settings.MIDDLEWARE = before

    def resolve_request(self, request: HttpRequest):
        return (yardstick, (), {})


bare = Bare()


def application(environ, start_response):
    handler = bare if environ["PATH_INFO"] == "/yardstick" else community
    return handler(environ, start_response)
