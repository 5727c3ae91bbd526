"""Slow down who asks too often: a count per who and minute, in each web process."""

import functools
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse


class TooMany(Exception):  # noqa: N818 - reads as what happened
    """Too many requests; ``seconds`` until the next one is welcome."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def address(request: HttpRequest) -> str:
    """The visitor's network address, believing only as many proxies as the operator says."""
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def check(name: str, who: str, *, most: int, seconds: int = 60) -> None:
    """Count one more; TooMany when there were more than ``most`` within ``seconds``."""
    if not settings.RATE_LIMITS:
        return
    moment = int(time.time())
    key = f"rate:{name}:{who}:{moment // seconds}"
    cache.add(key, 0, timeout=seconds * 2)
    if cache.incr(key) > most:
        raise TooMany(seconds - moment % seconds)


def at_most(most: int, *, seconds: int = 60, methods: tuple[str, ...] = ("POST",)) -> Any:
    """Decorate a view: this many calls per member, or per address for strangers."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                who = f"m{request.user.pk}" if request.user.is_authenticated else address(request)
                check(view.__name__, who, most=most, seconds=seconds)
            return view(request, *args, **kwargs)

        return limited

    return decorate
