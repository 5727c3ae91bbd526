import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from media4sec.journal.tests.factories import EditorFactory, ThemeFactory
from media4sec.members.tests.factories import MemberFactory


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def stranger():
    return AnonymousUser()


@pytest.fixture
def theme(db):
    return ThemeFactory()


@pytest.fixture
def editor(db):
    return EditorFactory(name="Writing editor")


@pytest.fixture
def reviewer(db):
    return EditorFactory(name="Reviewing editor")


@pytest.fixture
def member(db):
    return MemberFactory(name="Member")


@pytest.fixture
def signed_in(client):
    """signed_in(member): the test's client, as this member."""

    def signed_in(member):
        client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return signed_in


@pytest.fixture
def time_machine_at():
    """time_machine_at(moment): from now on it is then, until the test ends."""
    travels = []

    def travel(moment):
        travels.append(time_machine.travel(moment, tick=False))
        travels[-1].start()

    yield travel
    for each in reversed(travels):
        each.stop()
