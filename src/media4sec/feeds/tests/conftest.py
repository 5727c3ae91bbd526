"""What the tests of this room share."""

import pytest
from django.core.cache import cache

from media4sec.discussions import services
from media4sec.feeds.models import SigningKey
from media4sec.feeds.tests.elsewhere import OUR_KEY, Elsewhere
from media4sec.kit import pagecache
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.members.tests.factories import MemberFactory


@pytest.fixture(autouse=True)
def _nothing_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    pagecache._pages.clear()


@pytest.fixture
def author(db):
    return MemberFactory(name="Zephyrine Quill")


@pytest.fixture
def theme(db):
    return Theme.objects.create(
        slug="trolling",
        title="Trolling",
        icon="tag",
        summary="Abuse and lies online.",
        body="Trolling is a soft word.",
        body_html="<p>Trolling is a soft word.</p>",
        position=1,
    )


@pytest.fixture
def start(author):
    """Start a topic that everyone may read, unless told otherwise."""

    def _start(title="A quiet street", body="Who **answers** at night?", label=Label.CLEAR, **more):
        return services.start_topic(
            by=more.pop("by", author), title=title, body=body, label=label, **more
        )

    return _start


@pytest.fixture
def elsewhere(settings, db):
    """Another server; we speak with it, and with nobody else."""
    settings.FEDERATION = settings.OUTGOING_HOME = True
    cache.clear()
    # To make one takes a while; that it is made is tested by itself.
    SigningKey.objects.create(
        name="federation", sealed=OUR_KEY.sealed, public_pem=OUR_KEY.public_pem, made_at=now()
    )
    server = Elsewhere()
    yield server
    server.close()
