"""Asking other servers: never private ones, never for long, never without end."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from media4sec.kit import http
from media4sec.kit.http import Unreachable, fetch


class Other(BaseHTTPRequestHandler):
    """Another server, on this computer."""

    asked: list[tuple[str, str, bytes]] = []

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        self.asked.append((self.command, self.path, self.rfile.read(length)))
        getattr(self, self.path.strip("/").partition("/")[0], self.words)()

    do_POST = do_GET  # noqa: N815

    def words(self):
        self.say(200, b"words")

    def again(self):
        self.say(302, b"", Location=self.path)

    def once(self):
        self.say(302, b"", Location="/words")

    def nowhere(self):
        self.say(302, b"", Location="http://[bad")

    def strange(self):
        self.say(302, b"", Location="/\u00fc")

    def inside(self):
        self.say(302, b"", Location="http://169.254.169.254/latest")

    def packed(self):
        self.say(200, b"xxxx", **{"Content-Encoding": "gzip"})

    def long(self):
        self.say(200, b"x" * 3000)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x" * 1000)
        except OSError:
            pass

    def silent(self):
        time.sleep(3)

    def dripping(self):
        try:
            for letter in b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwords":
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def rubbish(self):
        self.wfile.write(b"\x00\x01 no HTTP\r\n\r\n")

    def say(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def other(settings):
    settings.OUTGOING_HOME = True
    Other.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_another_server_is_asked_and_answers(other):
    answer = fetch(f"{other}/words", method="POST", body=b"Hello", headers=lambda url: {"X-Y": url})

    assert (answer.status, answer.body, answer.is_success) == (200, b"words", True)
    assert Other.asked == [("POST", "/words", b"Hello")]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://example.org:8443/",
        "https://user:password@example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///nothing",
        "https://example.org:port/",
        "https://[::1",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/" + "x" * 3000,
        "https://example.org/\u00fc",
        "https://ex\u00e4mple.org/",
        "https://example.org/a b",
        "https://example.org/\x00",
        "",
    ],
)
def test_what_is_no_address_of_another_server_is_not_asked(url):
    with pytest.raises(Unreachable):
        fetch(url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",  # noqa: S104 - asked, not bound
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::a01:203]",
        "[2002:7f00:1::]",
    ],
)
def test_no_private_address_is_ever_asked(host):
    with pytest.raises(Unreachable):
        fetch(f"https://{host}/", seconds=2)


def test_a_name_is_checked_by_where_it_leads_and_that_is_where_we_go(monkeypatch):
    """A name that means two things: one address for the check, another for the socket."""
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]])
    asked = []
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *args, **more: next(answers))
    monkeypatch.setattr(
        http.httpcore.SyncBackend,
        "connect_tcp",
        lambda self, host, port, **more: asked.append(host) or (_ for _ in ()).throw(OSError()),
    )

    with pytest.raises(Unreachable):
        fetch("https://two-faced.example/")

    assert asked == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *args, **more: found)

    with pytest.raises(Unreachable, match="private"):
        fetch("https://half-private.example/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("2001:0:7f00:1::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::a01:203", False),
        ("fec0::1", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("192.88.99.1", False),
    ],
)
def test_what_is_public(address, expected):
    assert http.is_public(ip_address(address)) is expected


def test_who_sends_us_on_is_followed_as_far_as_we_say(other):
    assert fetch(f"{other}/once", redirects=1).body == b"words"
    assert fetch(f"{other}/once").status == 302


@pytest.mark.parametrize("path", ["nowhere", "strange"])
def test_who_sends_us_to_what_is_no_address_is_left(other, path):
    with pytest.raises(Unreachable, match="no address"):
        fetch(f"{other}/{path}", redirects=1)


def test_headers_are_not_made_for_what_is_no_address():
    with pytest.raises(Unreachable):
        fetch("https://[bad", headers=lambda url: pytest.fail("asked for headers"))


def test_a_name_service_that_does_not_answer_costs_no_more_than_our_patience(monkeypatch):
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *args, **more: time.sleep(3))
    began = time.monotonic()

    with pytest.raises(Unreachable, match="name service"):
        fetch("https://slow-name.example/", seconds=0.3)

    assert time.monotonic() - began < 2


def test_who_sends_us_in_circles_is_left(other):
    with pytest.raises(Unreachable, match="on and on"):
        fetch(f"{other}/again", redirects=3)

    assert len(Other.asked) == 4


def test_nobody_sends_us_to_a_private_address(other, settings, monkeypatch):
    """The first hop is let through by hand; the second is checked like every first one."""
    real, hops = http.check_address, []

    def first_is_free(url):
        hops.append(url)
        settings.OUTGOING_HOME = len(hops) == 1
        return real(url)

    monkeypatch.setattr(http, "check_address", first_is_free)
    looked_up = http._looked_up
    monkeypatch.setattr(
        http,
        "_looked_up",
        lambda *asked: "127.0.0.1" if len(hops) == 1 else looked_up(*asked),
    )

    with pytest.raises(Unreachable):
        fetch(f"{other}/inside", redirects=3)

    assert len(Other.asked) == 1


@pytest.mark.parametrize("path", ["long", "endless"])
def test_an_endless_answer_is_cut_off(other, path):
    with pytest.raises(Unreachable, match="too long"):
        fetch(f"{other}/{path}", most_bytes=2000)


@pytest.mark.parametrize("path", ["silent", "dripping"])
def test_a_slow_answer_costs_no_more_than_our_patience(other, path):
    began = time.monotonic()

    with pytest.raises(Unreachable):
        fetch(f"{other}/{path}", seconds=0.5)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("path", ["packed", "rubbish"])
def test_an_answer_we_cannot_read_is_none(other, path):
    with pytest.raises(Unreachable):
        fetch(f"{other}/{path}")


def test_where_nobody_listens_nobody_answers(settings):
    settings.OUTGOING_HOME = True

    with pytest.raises(Unreachable):
        fetch("http://127.0.0.1:9/", seconds=1)
