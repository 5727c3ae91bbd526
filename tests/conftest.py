"""The personas of the house, and where a browser is.

stranger, member, host, moderator, suspended: the same five in tests, demo and docs.
"""

import os

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from tests.chromium import find_chromium

NO_CHROMIUM = (
    "NO CHROMIUM WAS FOUND: the browser tests did not run. "
    "Install one (Debian: apt-get install chromium) or set CHROMIUM to its path."
)


def pytest_collection_modifyitems(config, items):
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        _leave_out(config, items)
    _mind_the_browser(config, items)


def _leave_out(config, items):
    """What asks no database says the same beside every one: it runs once, with SQLite."""
    asking = {"db", "transactional_db", "town"}
    asks = [
        bool(item.get_closest_marker("django_db") or asking & {*getattr(item, "fixturenames", ())})
        for item in items
    ]
    config.hook.pytest_deselected(
        items=[item for item, does in zip(items, asks, strict=True) if not does]
    )
    items[:] = [item for item, does in zip(items, asks, strict=True) if does]


def _mind_the_browser(config, items):
    """Without a browser the walks are skipped, loudly; in CI that is an error."""
    walks = [item for item in items if item.get_closest_marker("browser")]
    if not walks or find_chromium():
        return
    if os.environ.get("CI") == "1" and config.option.markexpr != "not browser":
        raise pytest.UsageError(NO_CHROMIUM)
    config.stash[_missing] = True
    for item in walks:
        item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_terminal_summary(terminalreporter, config):
    if config.stash.get(_missing, False) and config.option.markexpr != "not browser":
        terminalreporter.section("Browser", red=True, bold=True)
        terminalreporter.line(NO_CHROMIUM, red=True, bold=True)


_missing = pytest.StashKey[bool]()


@pytest.fixture
def stranger():
    return AnonymousUser()


@pytest.fixture
def member(db):
    return MemberFactory(name="Member")


@pytest.fixture
def host(db):
    """A member who hosts a closed circle."""
    host = MemberFactory(name="Host")
    CircleFactory(kind=Circle.Kind.CLOSED, title="Hosted", slug="hosted", hosts=[host])
    return host


@pytest.fixture
def moderator(db):
    return MemberFactory(name="Moderator", is_moderator=True)


@pytest.fixture
def suspended(db):
    return MemberFactory(name="Suspended", suspended_at=timezone.now(), suspension_reason="Spam.")


@pytest.fixture
def sign_in():
    """sign_in(client, member): a session, without going through the form."""

    def sign_in(client: Client, member) -> Client:
        client.force_login(member, backend="media4sec.members.sessions.SignIn")
        return client

    return sign_in
