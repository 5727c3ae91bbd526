"""What the review of an experience tells, through notices, letters and pages, and whom it names."""

import pytest

from media4sec.digests import reading
from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle, Membership
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.models import Review
from media4sec.patterns.tests.factories import in_review, reviewer, signed
from tests.letters import letters_to

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"
TITLE = "Quiet bay at night"


@pytest.fixture(autouse=True)
def _the_log_is_read_from_here():
    reading.begin_here()


def page(client, visitor, address):
    client.force_login(visitor, backend=SIGN_IN)
    response = client.get(address, follow=True)
    return f"{dict(response.headers)}{response.content.decode()}"


def asked(label, member, **said):
    """An experience of a closed circle that the member is asked to review."""
    author = MemberFactory(name="Zora Quill", email="zora@example.org")
    circle = CircleFactory(kind=Circle.Kind.CLOSED, title="Harbour watch", members=[author, member])
    told = in_review(author, circle=circle, label=label, title=TITLE, **said)
    services.ask(told, by=author, member=member, kind="peer")
    return told


@pytest.mark.parametrize(("label", "has_title"), [(Label.AMBER, True), (Label.AMBER_STRICT, False)])
def test_a_letter_that_asks_for_a_review_says_no_more_than_the_label_lets_out(label, has_title):
    member = reviewer()
    told = asked(label, member)

    said = letters_to(member)

    assert (TITLE in said) is has_title
    assert (told.get_absolute_url() in said) is has_title
    assert "Harbour watch" in said
    assert "Zora Quill" not in said


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT])
def test_the_notice_page_names_it_to_its_readers_only(client, label):
    member = reviewer()
    asked(label, member)
    reading.read_log()
    inside = page(client, member, "/notices/")
    Membership.objects.filter(member=member).delete()

    assert (TITLE in inside) is (label == Label.AMBER)
    for address in ("/notices/", "/patterns/proposals/"):
        assert TITLE not in page(client, member, address)


def test_its_author_hears_of_a_review_as_far_as_the_label_goes(client):
    member = reviewer()
    told = asked(Label.AMBER_STRICT, member)
    signed(told, "peer", member=member)

    said = letters_to(told.author)

    assert TITLE not in said
    assert member.name not in said


def test_lists_of_what_waits_show_it_to_its_readers_only(client):
    member, outside = reviewer(), reviewer(is_editor=True)
    told = asked(Label.AMBER_STRICT, member)
    friend = reviewer(is_editor=True)
    Membership.objects.create(member=friend, circle=told.circle, since=told.told_at)

    for address in ("/patterns/proposals/", "/patterns/desk/"):
        assert TITLE not in page(client, outside, address)
        assert TITLE in page(client, friend, address)
    assert TITLE in page(client, member, "/patterns/proposals/")


def test_narrowing_takes_back_what_reviewers_were_told(client):
    member, author = reviewer(), MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.OPEN, members=[author])
    told = in_review(author, circle=circle, label=Label.GREEN, title=TITLE)
    services.offer(told, by=member, kind="peer", declares=True)
    services.retell(told, _reworded(told), by=author, base_version=1)
    reading.read_log()
    assert TITLE in page(client, member, "/notices/")
    services.share_experience(told, by=author, label=Label.AMBER)

    for address in ("/notices/", "/patterns/proposals/", told.review_url):
        assert TITLE not in page(client, member, address)
    assert client.get(told.review_url).status_code == 404


def _reworded(told):
    account = Account.of(told, [])
    return Account(**{**vars(account), "happened": "They waited, twice."})


def test_under_the_seal_neither_author_nor_reviewer_is_named_anywhere(client):
    member = reviewer(name="Yaro Pell", email="yaro@example.org", is_findable=True)
    told = asked(Label.AMBER, member, attribution=Attribution.CHATHAM)
    told_to = reviewer(name="Ethics Reader", is_editor=True)
    Membership.objects.create(member=told_to, circle=told.circle, since=told.told_at)
    signed(told, "peer", member=member, is_public=True)
    signed(told, "ethics", member=told_to, is_public=True)
    assert Review.objects.visible_to(told_to).count() == 2

    here = told.get_absolute_url()
    doors = [here, f"{here}history/", told.review_url, f"{told.review_url}ask/"]
    doors += ["/patterns/desk/", "/patterns/proposals/", "/notices/", "/experiences/"]
    for visitor in (member, told_to, told.author):
        for address in doors:
            said = page(client, visitor, address)
            for person in {told.author, member, told_to} - {visitor}:
                assert person.name not in said, (visitor, address)
                assert f"/people/{person.pk}/" not in said, (visitor, address)
    for visitor in (member, told_to):
        assert "Zora Quill" not in letters_to(visitor)


def test_on_the_page_of_something_sealed_one_types_whom_to_ask(client):
    author, member = MemberFactory(), reviewer(name="Yaro Pell", is_findable=True)
    told = in_review(author, attribution=Attribution.CHATHAM)
    address = f"{told.review_url}ask/"

    assert "Yaro Pell" not in page(client, author, address)
    wrong = client.post(address, {"member": "Nobody Here", "kind": "peer"})
    assert wrong.status_code == 422
    assert "Nobody Here" in wrong.content.decode()
    client.post(address, {"member": "Yaro Pell", "kind": "peer"})

    assert Review.objects.open().get().reviewer == member
