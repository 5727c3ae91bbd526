"""The only outgoing HTTP client: bounded in time and size, and blind to private addresses.

Where a name leads is looked up once, checked, and the connection goes to that very address, so
that no name can mean one thing to the check and another to the socket. ``httpcore``, the lower
half of httpx, lets us stand between both.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from django.conf import settings

#: Seconds for everything: looking up, connecting, sending, and the last byte of the answer.
PATIENCE = 10.0
MOST_BYTES = 1024 * 1024
_LONGEST_URL = 2000
#: Of IPv6 this alone is given out to hosts; what is outside leads nowhere, or back to us.
_GIVEN_OUT = ip_network("2000::/3")
#: Within the above: for books only, as of RFC 9637; and the old way into IPv6 of RFC 3068.
_NOBODYS = ip_network("3fff::/20"), ip_network("192.88.99.0/24")


class Unreachable(Exception):  # noqa: N818 - reads as what happened
    """We did not get an answer, or would not ask. Says why, for a log."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    url: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Callable[[str], Mapping[str, str]] = lambda url: {},
    redirects: int = 0,
    seconds: float = PATIENCE,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Ask another server. ``headers`` is asked for each address, because some are signed."""
    deadline = time.monotonic() + seconds
    for _hop in range(redirects + 1):
        check_address(url)
        answer = _ask(method, url, body, dict(headers(url)), deadline, most_bytes)
        if answer.status not in {301, 302, 303, 307, 308}:
            return answer
        url = _joined(url, answer.headers.get("location", ""))
    if redirects:
        raise Unreachable("it sends us on and on")
    return answer


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""  # no address, as the next look at it will say


def check_address(url: str) -> tuple[str, int]:
    """Host and port of an address that we would ask at all; Unreachable says why not."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable("this is no address") from error
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Unreachable("this is no address")
    if len(url) > _LONGEST_URL or not parts.hostname or parts.username or "\\" in url:
        raise Unreachable("this is no address")
    if settings.OUTGOING_HOME and parts.scheme in {"http", "https"}:
        return parts.hostname, port or (443 if parts.scheme == "https" else 80)
    if parts.scheme != "https" or port not in {None, 443}:
        raise Unreachable("only https at its usual port is asked")
    return parts.hostname, 443


def _ask(
    method: str, url: str, body: bytes, headers: dict[str, str], deadline: float, most: int
) -> Answer:
    sent = {
        "Host": urlsplit(url).netloc,
        "User-Agent": f"media4sec (+{settings.SITE_URL})",
        "Accept-Encoding": "identity",
        **headers,
    }
    if body:
        sent["Content-Length"] = str(len(body))
    with httpcore.ConnectionPool(ssl_context=_tls(), network_backend=_Guard(deadline)) as pool:
        try:
            with pool.stream(method, url, headers=list(sent.items()), content=body) as response:
                heads = {
                    k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers
                }
                content = _bounded(response.iter_stream(), heads, most)
                return Answer(response.status, heads, content, url)
        except (OSError, ValueError, httpcore.TimeoutException, httpcore.NetworkError) as error:
            raise Unreachable(f"no answer: {type(error).__name__}") from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise Unreachable(f"it does not speak HTTP: {type(error).__name__}") from error


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _bounded(chunks: Iterable[bytes], headers: dict[str, str], most: int) -> bytes:
    if headers.get("content-encoding", "identity") != "identity":
        raise Unreachable("it answers packed, though we asked it not to")
    content = b""
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise Unreachable("the answer is too long")
    return content


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is out on the internet: not here, not next door, not one in disguise."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inside is not None:
            return is_public(inside)
        if address not in _GIVEN_OUT:
            return False
    if any(address in network for network in _NOBODYS):
        return False
    return address.is_global and not address.is_multicast


def _looked_up(host: str, port: int, deadline: float) -> str:
    """One address of the host; Unreachable when any of them is none of our business."""
    found = _asked_for(host, port, deadline)
    addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not settings.OUTGOING_HOME and not all(map(is_public, addresses)):
        raise Unreachable("this host is on a private network")
    return str(addresses[0])


def _asked_for(host: str, port: int, deadline: float) -> list[Any]:
    """What the name service says. It knows no deadline of its own, so we leave it behind."""
    said: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            said.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            said.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        found = said.get(timeout=_left(deadline))
    except Empty as error:
        raise Unreachable("the name service does not answer") from error
    if isinstance(found, Exception):
        raise Unreachable("nobody knows this host") from found
    return list(found)


class _Guard(httpcore.NetworkBackend):
    """Connects to the address that was checked, until the deadline."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.inner = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> httpcore.NetworkStream:
        address = _looked_up(host, port, self.deadline)
        inner = self.inner.connect_tcp(address, port, timeout=_left(self.deadline))
        return _Stream(inner, self.deadline)


class _Stream(httpcore.NetworkStream):
    """A conversation that ends at the deadline, however slowly the other side talks."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self.inner, self.deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, timeout=_left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout=_left(self.deadline))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: Any = None
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, _left(self.deadline))
        return _Stream(inner, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
