import pytest

from media4sec.kit import pagecache
from media4sec.kit.marking import Label
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.site import search


@pytest.fixture(autouse=True)
def _nothing_kept():
    pagecache._pages.clear()
    search._vocabulary.cache_clear()
    search._nearest.cache_clear()
    search._themes.cache_clear()


@pytest.fixture
def author(db):
    return MemberFactory(name="Zephyrine Quill")


@pytest.fixture
def circle(author):
    """A closed circle with its author and one more member."""
    return CircleFactory(
        kind=Circle.Kind.CLOSED,
        title="Crowds",
        slug="crowds",
        label=Label.AMBER,
        members=[author, MemberFactory(name="Insider")],
    )


@pytest.fixture
def insider(circle):
    return circle.memberships.get(member__name="Insider").member


@pytest.fixture
def outsider(db):
    return MemberFactory(name="Outsider")


@pytest.fixture
def suspended(db):
    return MemberFactory(name="Suspended", suspended_at="2026-01-01T00:00Z")


@pytest.fixture
def find(client):
    """The titles a visitor's search page shows, and its whole text."""

    def _find(visitor, question, **filters):
        client.logout()
        if visitor.is_authenticated:
            client.force_login(visitor, backend="media4sec.members.sessions.SignIn")
        response = client.get("/search/", {"q": question, **filters})
        assert response.status_code == 200
        results = response.context["results"]
        response.titles = [_words(hit.title) for hit in results.hits] if results else []
        return response

    return _find


def _words(html):
    return html.replace("<mark>", "").replace("</mark>", "")
