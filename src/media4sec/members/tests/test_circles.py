"""Circles: founding, entering, hosting, closing."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import (
    Circle,
    EntryRequest,
    Group,
    Invitation,
    Membership,
)
from media4sec.members.services import circles
from media4sec.members.tests.factories import CircleFactory, MemberFactory, confirm_group

Kind = Circle.Kind
pytestmark = pytest.mark.django_db


def found(by, **said):
    said = {"title": "Night desk", "kind": Kind.MEMBERS, "about": "Who is awake.", **said}
    return circles.found(by=by, **said)


def place(member, circle):
    return Membership.objects.get(member=member, circle=circle)


def verbs(circle):
    """What has been recorded within the circle, oldest first."""
    log = Activity.objects.within(Ref.to(circle)).order_by("id")
    return list(log.values_list("verb", flat=True))


def test_who_founds_a_circle_hosts_it():
    member = MemberFactory()

    circle = found(member)

    assert place(member, circle).role == Membership.Role.HOST
    assert circle.slug == "night-desk"
    assert verbs(circle) == ["founded"]


def test_a_suspended_member_founds_nothing():
    member = MemberFactory(suspended_at="2020-01-01T00:00Z")

    with pytest.raises(PermissionDenied):
        found(member)


def test_only_administrators_found_open_circles():
    with pytest.raises(PermissionDenied, match="only administrators"):
        found(MemberFactory(), kind=Kind.OPEN)

    assert found(MemberFactory(is_administrator=True), kind=Kind.OPEN).label == Label.GREEN


@pytest.mark.parametrize("title", ["New", "Invited", "!!!", "火"])
def test_no_circle_gets_the_address_of_a_page(title):
    circle = found(MemberFactory(), title=title)

    assert circle.slug not in {"", "new", "invited"}


def test_a_second_circle_of_a_name_gets_an_address_of_its_own():
    first, second = found(MemberFactory()), found(MemberFactory())

    assert first.slug != second.slug


def test_a_hidden_circle_takes_no_address_anybody_could_run_into():
    found(MemberFactory(), kind=Kind.HIDDEN)

    assert found(MemberFactory()).slug == "night-desk"


def test_a_circle_that_becomes_hidden_gives_its_address_back():
    host = MemberFactory()
    circle = found(host)

    circles.close_further(circle, by=host, kind=Kind.HIDDEN)

    assert found(MemberFactory()).slug == "night-desk"


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (Kind.MEMBERS, Label.CLEAR),
        (Kind.CLOSED, Label.GREEN),
        (Kind.HIDDEN, Label.GREEN),
        (Kind.CLOSED, Label.RED),
    ],
)
def test_the_usual_label_stays_under_the_ceiling_and_is_never_red(kind, label):
    with pytest.raises(Refused):
        found(MemberFactory(), kind=kind, label=label)

    assert not Circle.objects.exists()


@pytest.mark.parametrize("kind", [Kind.OPEN, Kind.MEMBERS])
def test_anybody_enters_open_and_members_circles(kind):
    circle, member = CircleFactory(kind=kind), MemberFactory()

    circles.enter(circle, by=member)

    assert place(member, circle).role == Membership.Role.MEMBER
    assert member.circle_ids == [circle.pk]
    assert verbs(circle) == ["entered"]


@pytest.mark.parametrize("kind", [Kind.CLOSED, Kind.HIDDEN])
def test_nobody_walks_into_closed_and_hidden_circles(kind):
    circle, member = CircleFactory(kind=kind), MemberFactory()

    with pytest.raises((Refused, PermissionDenied)):
        circles.enter(circle, by=member)

    assert not circle.memberships.exists()


def test_entering_twice_is_refused_and_leaves_one_place():
    circle, member = CircleFactory(), MemberFactory()
    circles.enter(circle, by=member)

    with pytest.raises(Refused, match="Already"):
        circles.enter(circle, by=member)

    assert circle.memberships.count() == 1


def test_a_required_group_must_be_confirmed_on_the_day_one_enters():
    circle = CircleFactory(required_groups=[Group.LAW_ENFORCEMENT])
    member = MemberFactory()

    with pytest.raises(Refused, match="Law enforcement"):
        circles.enter(circle, by=member)
    confirm_group(member, expired=True)
    with pytest.raises(Refused, match="Law enforcement"):
        circles.enter(circle, by=member)
    confirm_group(member)
    circles.enter(circle, by=member)

    assert circle.memberships.count() == 1


def test_losing_the_confirmation_ends_the_membership(
    django_capture_on_commit_callbacks, mailoutbox
):
    member, other = MemberFactory(), MemberFactory()
    police = CircleFactory(required_groups=[Group.LAW_ENFORCEMENT], members=[member, other])
    free = CircleFactory(members=[member])

    with django_capture_on_commit_callbacks(execute=True):
        circles.end_memberships_without_group(member)

    assert list(police.memberships.values_list("member", "role")) == [(other.pk, "host")]
    assert free.memberships.filter(member=member).exists()
    assert verbs(police) == ["membership_ended", "made_host"]
    assert [mail.to for mail in mailoutbox] == [[member.email], [other.email]]


def test_a_confirmed_member_keeps_their_place():
    member = MemberFactory()
    confirm_group(member)
    police = CircleFactory(required_groups=[Group.LAW_ENFORCEMENT], members=[member])

    circles.end_memberships_without_group(member)

    assert place(member, police)


def test_the_only_host_cannot_leave_or_step_down_before_handing_over():
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(hosts=[host], members=[member])

    with pytest.raises(Refused, match="only host"):
        circles.leave(circle, by=host)
    with pytest.raises(Refused, match="only host"):
        circles.step_down(circle, by=host)
    circles.hand_over(place(member, circle), by=host)
    circles.leave(circle, by=host)

    assert list(circle.memberships.values_list("member", "role")) == [(member.pk, "host")]
    assert verbs(circle) == ["made_host", "stepped_down", "left"]


def test_the_only_host_may_leave_an_archived_circle():
    host = MemberFactory()
    circle = CircleFactory(hosts=[host])

    circles.archive(circle, by=host, reason="Done.")
    circles.leave(circle, by=host)

    assert not circle.memberships.exists()


def test_a_removed_member_reads_why(django_capture_on_commit_callbacks, mailoutbox):
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(title="Tom & Eve", hosts=[host], members=[member])

    with django_capture_on_commit_callbacks(execute=True):
        circles.remove_member(place(member, circle), by=host, reason="Named a resident.")

    assert not circle.memberships.filter(member=member).exists()
    assert [mail.to for mail in mailoutbox] == [[member.email]]
    assert mailoutbox[0].subject == "You are no longer in Tom & Eve"
    assert "Named a resident." in mailoutbox[0].body


def test_nobody_removes_a_host_or_without_a_reason():
    host, other, member = MemberFactory(), MemberFactory(), MemberFactory()
    circle = CircleFactory(hosts=[host, other], members=[member])

    with pytest.raises(Refused, match="Hosts step down"):
        circles.remove_member(place(other, circle), by=host, reason="No.")
    with pytest.raises(Refused, match="Say why"):
        circles.remove_member(place(member, circle), by=host, reason=" ")

    assert circle.memberships.count() == 3


def test_an_administrator_rescues_a_circle_without_hosts_and_no_other():
    administrator, host = MemberFactory(is_administrator=True), MemberFactory()
    orphan = CircleFactory(members=[administrator])
    hosted = CircleFactory(members=[administrator], hosts=[host])

    circles.make_host(place(administrator, orphan), by=administrator)
    with pytest.raises(PermissionDenied):
        circles.make_host(place(administrator, hosted), by=administrator)

    assert place(administrator, orphan).role == Membership.Role.HOST


def steps_of_hosts(circle, member, by):
    """Every verb that is for hosts, ready to be tried."""
    asked = EntryRequest.objects.create(
        circle=circle, member=MemberFactory(), asked_at="2026-01-01T00:00Z"
    )
    sent = Invitation.objects.create(
        circle=circle,
        email="x@example.org",
        key_hash="x",
        invited_by=member,
        made_at="2026-01-01T00:00Z",
        expires_at="2999-01-01T00:00Z",
    )
    mine = place(member, circle)
    said = {"title": "T", "about": "A", "rules": "", "label": Label.AMBER, "attribution": "named"}
    return {
        "accept": lambda: circles.accept_request(asked, by=by),
        "decline": lambda: circles.decline_request(asked, by=by, answer="No."),
        "invite": lambda: circles.invite(circle, by=by, email="y@example.org"),
        "withdraw": lambda: circles.withdraw_invitation(sent, by=by),
        "make host": lambda: circles.make_host(mine, by=by),
        "remove": lambda: circles.remove_member(mine, by=by, reason="No."),
        "revise": lambda: circles.revise(circle, by=by, **said),
        "close further": lambda: circles.close_further(circle, by=by, kind=Kind.HIDDEN),
        "archive": lambda: circles.archive(circle, by=by, reason="No."),
        "reopen": lambda: circles.reopen(circle, by=by),
        "step down": lambda: circles.step_down(circle, by=by),
    }


@pytest.mark.parametrize("who", ["member", "outsider", "suspended host"])
def test_what_is_for_hosts_is_for_nobody_else(who):
    member, outsider = MemberFactory(), MemberFactory()
    fallen = MemberFactory(suspended_at="2026-01-01T00:00Z")
    circle = CircleFactory(kind=Kind.CLOSED, members=[member], hosts=[fallen, MemberFactory()])
    by = {"member": member, "outsider": outsider, "suspended host": fallen}[who]

    for step in steps_of_hosts(circle, member, by).values():
        with pytest.raises(PermissionDenied):
            step()

    assert verbs(circle) == []


def test_a_circle_only_becomes_more_closed_and_its_usual_label_follows():
    host = MemberFactory()
    circle = CircleFactory(kind=Kind.OPEN, label=Label.CLEAR, hosts=[host])

    circle = circles.close_further(circle, by=host, kind=Kind.CLOSED)
    with pytest.raises(Refused, match="more closed"):
        circles.close_further(circle, by=host, kind=Kind.MEMBERS)

    circle.refresh_from_db()
    assert (circle.kind, circle.label, circle.ceiling) == (Kind.CLOSED, Label.AMBER, Label.AMBER)


def test_becoming_hidden_answers_those_who_asked():
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    asked = circles.request_entry(circle, by=member, words="Please.")

    circles.close_further(circle, by=host, kind=Kind.HIDDEN)

    asked.refresh_from_db()
    assert asked.state == EntryRequest.State.DECLINED


def test_revising_changes_the_words_and_keeps_the_ceiling():
    host = MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    said = {"title": "New name", "about": "**Bold**", "rules": "- One", "attribution": "chatham"}

    circles.revise(circle, by=host, label=Label.AMBER_STRICT, **said)
    with pytest.raises(Refused, match="TLP:AMBER"):
        circles.revise(circle, by=host, label=Label.GREEN, **said)

    circle.refresh_from_db()
    assert (circle.title, circle.label) == ("New name", Label.AMBER_STRICT)
    assert circle.about_html == "<p><strong>Bold</strong></p>\n"


def test_an_archived_circle_is_read_and_not_written_until_it_is_opened_again():
    host, member, newcomer = MemberFactory(), MemberFactory(), MemberFactory()
    circle = CircleFactory(hosts=[host], members=[member])
    invitation = circles.invite(circle, by=host, email="x@example.org")

    circle = circles.archive(circle, by=host, reason="The event is over.")

    assert not may(member, "members.write_in_circle", circle)
    assert Circle.objects.visible_to(member).filter(pk=circle.pk).exists()
    with pytest.raises(Refused, match="archived"):
        circles.enter(circle, by=newcomer)
    with pytest.raises(Refused, match="archived"):
        circles.invite(circle, by=host, email="y@example.org")
    circle = circles.reopen(circle, by=MemberFactory(is_administrator=True))
    invitation.refresh_from_db()
    assert not invitation.is_live
    assert may(member, "members.write_in_circle", circle)


def test_a_request_is_sent_once_answered_once_and_mailed(
    django_capture_on_commit_callbacks, mailoutbox
):
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    asked = circles.request_entry(circle, by=member, words="I plan events.")

    with pytest.raises(Refused, match="asked already"):
        circles.request_entry(circle, by=member, words="Again.")
    with django_capture_on_commit_callbacks(execute=True):
        circles.accept_request(asked, by=host, answer="Good to have you.")
    with pytest.raises(Refused, match="decided"):
        circles.decline_request(asked, by=host, answer="No.")

    assert place(member, circle).role == Membership.Role.MEMBER
    assert [mail.to for mail in mailoutbox] == [[member.email]]
    assert "Good to have you." in mailoutbox[0].body
    assert verbs(circle) == ["asked_to_enter", "request_accepted"]


def test_a_no_needs_a_sentence_and_lets_one_ask_again(
    django_capture_on_commit_callbacks, mailoutbox
):
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    asked = circles.request_entry(circle, by=member, words="I plan events.")

    with pytest.raises(Refused, match="Say why"):
        circles.decline_request(asked, by=host, answer="")
    with django_capture_on_commit_callbacks(execute=True):
        circles.decline_request(asked, by=host, answer="Places went to other groups.")
    circles.request_entry(circle, by=member, words="Now?")

    assert "Places went to other groups." in mailoutbox[0].body
    assert not circle.memberships.filter(member=member).exists()


def test_who_asked_takes_it_back_and_nobody_else_can():
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    asked = circles.request_entry(circle, by=member, words="Please.")

    with pytest.raises(Refused):
        circles.withdraw_request(asked, by=host)
    circles.withdraw_request(asked, by=member)
    with pytest.raises(Refused, match="decided"):
        circles.accept_request(asked, by=host)

    assert circle.memberships.count() == 1


@pytest.mark.parametrize("kind", [Kind.OPEN, Kind.MEMBERS, Kind.HIDDEN])
def test_only_closed_circles_take_requests(kind):
    circle = CircleFactory(kind=kind)

    with pytest.raises((Refused, PermissionDenied)):
        circles.request_entry(circle, by=MemberFactory(), words="Please.")

    assert not EntryRequest.objects.exists()


def test_who_got_in_by_invitation_no_longer_waits():
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=[host])
    asked = circles.request_entry(circle, by=member, words="Please.")

    invitation = circles.invite(circle, by=host, email=member.email)
    circles.accept_invitation(invitation, by=member)

    asked.refresh_from_db()
    assert asked.state == EntryRequest.State.ACCEPTED


def test_a_rule_and_a_list_say_the_same_about_who_sees_a_circle():
    inside, outside = MemberFactory(), MemberFactory()
    suspended = MemberFactory(suspended_at="2026-01-01T00:00Z")
    everything = [CircleFactory(kind=kind, members=[inside, suspended]) for kind in Kind]

    for visitor in (inside, outside, suspended):
        seen = {each for each in everything if may(visitor, "members.view_circle", each)}
        assert set(Circle.objects.visible_to(visitor)) == seen
    assert [each.kind for each in Circle.objects.visible_to(outside)] == [
        Kind.OPEN,
        Kind.MEMBERS,
        Kind.CLOSED,
    ]


@pytest.mark.race
@pytest.mark.skipif(connection.vendor == "sqlite", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
def test_two_hosts_who_answer_at_once_give_one_answer():
    hosts, member = [MemberFactory(), MemberFactory()], MemberFactory()
    circle = CircleFactory(kind=Kind.CLOSED, hosts=hosts)
    asked = circles.request_entry(circle, by=member, words="Please.")
    outcomes = []

    at_once(
        [
            lambda: outcomes.append(circles.accept_request(asked, by=hosts[0]).state),
            lambda: outcomes.append(circles.decline_request(asked, by=hosts[1], answer="No").state),
        ]
    )

    asked.refresh_from_db()
    assert outcomes == [asked.state]
    is_in = circle.memberships.filter(member=member).exists()
    assert is_in == (asked.state == EntryRequest.State.ACCEPTED)


def at_once(steps):
    """Run these at the same moment, each on a connection of its own; refusals are expected."""
    ready = threading.Barrier(len(steps))

    def run(step):
        ready.wait()
        try:
            step()
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@pytest.mark.parametrize(
    ("back", "lands"),
    [("/welcome/circles/", "/welcome/circles/"), ("https://elsewhere.example/", None), ("", None)],
)
def test_who_enters_from_the_welcome_comes_back_to_it(client, back, lands):
    circle = CircleFactory()
    client.force_login(MemberFactory())

    answer = client.post(f"/circles/{circle.slug}/enter/", {"next": back})

    assert answer["Location"] == (lands or circle.get_absolute_url())


def test_a_suspended_member_is_told_of_no_circle_not_even_their_own(client):
    member = MemberFactory(suspended_at=timezone.now())
    hidden = CircleFactory(kind=Circle.Kind.HIDDEN, title="After the march", members=[member])
    client.force_login(member)

    page = client.get("/")

    assert member.my_memberships == []
    assert b"suspended" in page.content
    assert hidden.title.encode() not in page.content
