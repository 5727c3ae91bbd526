"""Slow down who asks too often: a count per who and minute, in each web process."""

import functools
import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
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
        hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            hop = hops[-settings.TRUSTED_PROXIES].strip()
            if _parsed(hop):
                return hop
    return str(request.META.get("REMOTE_ADDR", ""))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def who(request: HttpRequest) -> str:
    """Whom to count: the member; else the address, or in IPv6 the network one household gets."""
    if request.user.is_authenticated:
        return f"m{request.user.pk}"
    visitor = _parsed(address(request))
    if isinstance(visitor, IPv6Address):
        return str(ip_network((visitor, 64), strict=False))
    return str(visitor)


def check(name: str, who: str, *, most: int, seconds: int = 60) -> None:
    """Count one more; TooMany when there were more than ``most`` within ``seconds``."""
    if not settings.RATE_LIMITS:
        return
    moment = int(time.time())
    key = f"rate:{name}:{who}:{moment // seconds}"
    if not cache.add(key, 1, timeout=seconds) and _count(key) > most:
        raise TooMany(seconds - moment % seconds)


def _count(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between two lines
        return 1


def at_most(
    most: int, *, seconds: int = 60, methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a view: this many calls per member, or per address for strangers."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        name = f"{view.__module__}.{view.__qualname__}"

        @functools.wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                check(name, who(request), most=most, seconds=seconds)
            return view(request, *args, **kwargs)

        return limited

    return decorate
