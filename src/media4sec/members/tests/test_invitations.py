"""Invitations by mail: for one address, for one use, for fourteen days."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from media4sec.kit.errors import Refused
from media4sec.members.models import Circle, Group, Invitation, Membership
from media4sec.members.queries import circles as queries
from media4sec.members.services import circles
from media4sec.members.tests.factories import CircleFactory, MemberFactory, confirm_group
from media4sec.members.tests.test_circles import at_once

pytestmark = pytest.mark.django_db
KEY = re.compile(r"/invitations/([\w-]+)/")


@pytest.fixture
def host():
    return MemberFactory(name="Host of the house")


@pytest.fixture
def circle(host):
    return CircleFactory(
        kind=Circle.Kind.HIDDEN, title="Quiet room", slug="quiet-room", hosts=[host]
    )


@pytest.fixture
def send(circle, host, mailoutbox, django_capture_on_commit_callbacks):
    """Invite an address; the key, taken from the mail as its reader does."""

    def send(email, **words):
        with django_capture_on_commit_callbacks(execute=True):
            circles.invite(circle, by=host, email=email, **words)
        return KEY.search(mailoutbox[-1].body)[1]

    return send


def test_the_key_is_in_the_mail_and_nowhere_else(send, mailoutbox):
    key = send("guest@example.org", words="We met in Ghent.")

    kept = Invitation.objects.values().get()
    assert key not in str(kept)
    assert mailoutbox[0].to == ["guest@example.org"]
    assert "Quiet room" in mailoutbox[0].subject
    assert "We met in Ghent." in mailoutbox[0].body
    assert queries.find_invitation(key).pk == kept["id"]


def test_who_was_invited_comes_in_once(client, circle, send):
    guest = MemberFactory(email="guest@example.org")
    key = send("Guest@Example.org")
    client.force_login(guest)

    assert client.get(f"/invitations/{key}/").status_code == 200
    response = client.post(f"/invitations/{key}/")

    assert response.url == "/circles/quiet-room/"
    assert circle.memberships.get(member=guest).role == Membership.Role.MEMBER
    with pytest.raises(Refused):
        circles.accept_invitation(Invitation.objects.get(), by=guest)
    circles.leave(circle, by=guest)
    assert client.get(f"/invitations/{key}/").status_code == 404


@pytest.fixture
def dead_keys(circle, host, send):
    """A key for every way to be of no use."""
    reused = send("a@example.org")
    Invitation.objects.filter(email="a@example.org").update(used_at=timezone.now())
    withdrawn = send("b@example.org")
    circles.withdraw_invitation(Invitation.objects.get(email="b@example.org"), by=host)
    replaced = send("c@example.org")
    send("c@example.org")
    expired = send("d@example.org")
    Invitation.objects.filter(email="d@example.org").update(expires_at=timezone.now())
    return [reused, withdrawn, replaced, expired, "never-was", "x" * 300]


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_dead_key_answers_the_same_and_tells_nothing(client, dead_keys, signed_in):
    if signed_in:
        client.force_login(MemberFactory(email="a@example.org"))

    answers = []
    for key in dead_keys:
        for response in (client.get(f"/invitations/{key}/"), client.post(f"/invitations/{key}/")):
            words = response.content.decode().replace(key, "KEY")
            words = re.sub(r'value="[\w-]{64}"', "", words)  # the form's own token
            answers.append((response.status_code, words))

    assert {status for status, _words in answers} == {404}
    assert len(set(answers)) == 1
    assert "Quiet room" not in answers[0][1]
    assert "Host of the house" not in answers[0][1]


def test_a_key_is_good_for_fourteen_days(send):
    key = send("guest@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=13, hours=23)):
        assert queries.find_invitation(key)
    with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1)):
        assert queries.find_invitation(key) is None


def test_another_address_gets_a_sentence_and_no_word_of_the_circle(client, circle, send):
    client.force_login(MemberFactory(email="other@example.org"))
    key = send("guest@example.org")

    for response in (client.get(f"/invitations/{key}/"), client.post(f"/invitations/{key}/")):
        page = response.content.decode()
        assert response.status_code == 403
        assert "This invitation was sent to another address." in page
        assert "Quiet room" not in page
        assert "guest@example.org" not in page
    assert circle.memberships.count() == 1


def test_an_address_that_is_not_confirmed_does_not_count(client, circle, send):
    guest = MemberFactory(email="guest@example.org", confirmed_at=None)
    key = send("guest@example.org")
    client.force_login(guest)

    assert client.get(f"/invitations/{key}/").status_code == 403
    with pytest.raises(PermissionDenied):
        circles.accept_invitation(Invitation.objects.get(), by=guest)


def test_a_stranger_is_asked_to_sign_in_and_learns_nothing(client, send):
    key = send("guest@example.org")

    page = client.get(f"/invitations/{key}/").content.decode()

    assert "/account/signup/" in page
    assert "Quiet room" not in page
    assert client.session["invitation"]


def test_after_signing_up_the_invitation_waits_without_the_mail(client, circle, send):
    send("guest@example.org", words="We met in Ghent.")
    guest = MemberFactory(email="guest@example.org")
    client.force_login(guest)
    pk = Invitation.objects.get().pk

    listed = client.get("/circles/").content.decode()
    page = client.get(f"/circles/invited/{pk}/").content.decode()
    client.post(f"/circles/invited/{pk}/")

    assert f"/circles/invited/{pk}/" in listed
    assert "We met in Ghent." in page
    assert circle.memberships.filter(member=guest).exists()


def test_nobody_opens_an_invitation_by_its_number(client, circle, send):
    send("guest@example.org")
    client.force_login(MemberFactory())

    response = client.post(f"/circles/invited/{Invitation.objects.get().pk}/")

    assert response.status_code == 404
    assert "Quiet room" not in response.content.decode()
    assert circle.memberships.count() == 1


def test_a_required_group_holds_for_guests_too(circle, send):
    Circle.objects.update(required_groups=[Group.LAW_ENFORCEMENT])
    guest = MemberFactory(email="guest@example.org")
    invitation = queries.find_invitation(send("guest@example.org"))

    with pytest.raises(Refused, match="Law enforcement"):
        circles.accept_invitation(invitation, by=guest)
    confirm_group(guest)
    circles.accept_invitation(invitation, by=guest)

    assert circle.memberships.filter(member=guest).exists()


def test_an_archived_circle_opens_to_no_key(circle, host, send):
    guest = MemberFactory(email="guest@example.org")
    invitation = queries.find_invitation(send("guest@example.org"))
    circles.archive(circle, by=host, reason="Done.")

    with pytest.raises(Refused):
        circles.accept_invitation(invitation, by=guest)


def test_inviting_says_nothing_about_accounts(client, circle, host):
    MemberFactory(email="known@example.org")
    inside = MemberFactory(email="inside@example.org")
    Membership.objects.create(circle=circle, member=inside, since=timezone.now())
    client.force_login(host)

    answers = [
        client.post("/circles/quiet-room/invite/", {"email": email}).url
        for email in ("known@example.org", "inside@example.org", "unknown@example.org")
    ]

    assert answers == ["/circles/quiet-room/desk/"] * 3


@pytest.mark.race
@pytest.mark.skipif(connection.vendor == "sqlite", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
def test_an_invitation_opened_twice_at_once_lets_one_in():
    host = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.HIDDEN, hosts=[host])
    guest = MemberFactory()
    invitation = circles.invite(circle, by=host, email=guest.email)
    entered = []

    def come_in():
        entered.append(circles.accept_invitation(invitation, by=guest))

    at_once([come_in, come_in])

    assert len(entered) == 1
    assert circle.memberships.filter(member=guest).count() == 1
