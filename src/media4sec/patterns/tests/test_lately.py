"""What was tried, on other pages: newest first, by circle and by member, as far as one may know."""

import pytest

from media4sec.kit.marking import Attribution, Label
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory
from media4sec.patterns.tests.factories import ExperienceFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"


@pytest.fixture
def reader(client):
    member = MemberFactory()
    client.force_login(member, backend=SIGN_IN)
    return member


def words(client, address):
    return client.get(address).content.decode()


def test_the_newest_three_stand_in_the_panel_and_the_way_to_all(client, reader):
    for number in range(5):
        ExperienceFactory(title=f"Attempt number {number}", label=Label.GREEN)

    page = words(client, "/experiences/lately/")

    assert [number for number in range(5) if f"Attempt number {number}" in page] == [2, 3, 4]
    assert "All 5 experiences" in page


def test_a_circle_shows_what_its_members_told_there(client, reader):
    circle = CircleFactory()
    MembershipFactory(circle=circle, member=reader)
    ExperienceFactory(title="Told in the circle", circle=circle, label=Label.AMBER)
    ExperienceFactory(title="Told elsewhere")

    page = words(client, f"/experiences/lately/?within={circle.pk}")

    assert "Told in the circle" in page
    assert "Told elsewhere" not in page
    assert f"within={circle.pk}" in words(client, circle.get_absolute_url())


def test_a_hidden_circle_is_not_found_out_by_what_was_told_there(client, reader):
    hidden = CircleFactory(kind="hidden", title="The hidden one")
    ExperienceFactory(title="Open, but told in hiding", circle=hidden, label=Label.GREEN)

    page = words(client, f"/experiences/?within={hidden.pk}")

    assert "Open, but told in hiding" not in page
    assert "The hidden one" not in page


def test_a_member_shows_what_they_told_under_their_name_only(client, reader):
    other = MemberFactory(name="Harbour officer")
    ExperienceFactory(title="Said with a name", author=other)
    ExperienceFactory(
        title="Said in Chatham House mode", author=other, attribution=Attribution.CHATHAM
    )

    page = words(client, f"/experiences/?by={other.pk}")

    assert "Said with a name" in page
    assert "Said in Chatham House mode" not in page
    assert f"by={other.pk}" in words(client, other.get_absolute_url())


def test_strangers_do_not_learn_which_texts_are_by_one_member(client):
    told = ExperienceFactory(title="For everybody to read", label=Label.CLEAR)

    assert "For everybody to read" in words(client, "/experiences/")
    assert "For everybody to read" not in words(client, f"/experiences/?by={told.author.pk}")


def test_a_members_home_shows_what_others_tried(client, reader):
    assert "/experiences/lately/" in words(client, "/")
