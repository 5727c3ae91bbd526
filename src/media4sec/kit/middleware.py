"""Headers on every answer, and refusals as pages that help."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from media4sec.kit import trouble, views
from media4sec.kit.errors import Refused
from media4sec.kit.ratelimit import TooMany

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


def headers(get_response: GetResponse) -> GetResponse:
    """What a security scanner asks for, and no page in a cache unless it says so itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
            "publickey-credentials-get=(self), publickey-credentials-create=(self)",
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        if "Cache-Control" not in response.headers:
            response["Cache-Control"] = "private, no-store"
        if "public" not in response["Cache-Control"]:
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return middleware


class refusals:  # noqa: N801 - stands in MIDDLEWARE beside functions
    """A view that raises Refused or TooMany answers with the sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return views.refused(request, error)
        if isinstance(error, TooMany):
            return views.too_many(request, error)
        if trouble.is_trouble(error):
            logger.error("%s at %s", error, request.path)
            return trouble.busy(request, keep_words=True)
        return None
