"""Who may read a remark: two spellings of one rule, and every door."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from media4sec.kit import rooms, standing
from media4sec.kit.activity import record
from media4sec.kit.marking import Door, Label
from media4sec.kit.rooms import Room, open_room
from media4sec.kit.tests.things import THINGS, a_thing, entry
from media4sec.members.tests.factories import MemberFactory
from media4sec.replies import queries, services
from media4sec.replies.models import Remark
from media4sec.replies.tests.factories import GuestRemarkFactory, RemarkFactory


def test_the_list_and_the_rule_agree(thing):
    author, reader = MemberFactory(), MemberFactory()
    suspended = MemberFactory(suspended_at=timezone.now())
    for place in (thing, a_thing(author), a_thing(reader)):
        RemarkFactory(under=place, author=author)
        RemarkFactory(under=place, author=suspended)
        RemarkFactory(under=place, deleted_at=timezone.now())
        GuestRemarkFactory(under=place)
        GuestRemarkFactory(under=place, confirmed_at=None)
        standing.hide(RemarkFactory(under=place, author=author), decision=1, reason="No.")
        standing.decline(GuestRemarkFactory(under=place), decision=1, reason="No.")

    for visitor in (AnonymousUser(), author, reader, suspended):
        seen = set(Remark.objects.visible_to(visitor))
        may = {r for r in Remark.objects.all() if visitor.has_perm("replies.view_remark", r)}
        assert seen == may

    assert Remark.objects.visible_to(AnonymousUser()).count() == 2


def test_a_remark_travels_as_far_as_its_thing(thing, member):
    wide, narrow = RemarkFactory(under=thing), RemarkFactory(under=a_thing(member))

    assert [queries.entry(each).label for each in queries.fetch([wide.pk, narrow.pk])] == [
        Label.CLEAR,
        Label.AMBER,
    ]
    assert queries.entry(narrow).through(Door.PUBLIC) is None
    assert queries.entry(wide).through(Door.PUBLIC).title == thing.title


@pytest.mark.parametrize("how", ["held", "hidden", "unconfirmed", "withdrawn", "orphaned"])
def test_what_is_not_there_passes_no_door(thing, how):
    remark = GuestRemarkFactory(under=thing)
    if how != "held":
        standing.release(remark, decision=1)
    if how == "hidden":
        standing.hide(remark, decision=2, reason="No.")
    if how == "unconfirmed":
        remark.confirmed_at = None
    if how == "withdrawn":
        remark.deleted_at = timezone.now()
    if how == "orphaned":
        thing.delete()

    assert [queries.entry(remark).through(door) for door in Door] == [None] * len(Door)


def test_several_are_fetched_in_few_questions(thing, django_assert_num_queries):
    pks = [each.pk for each in RemarkFactory.create_batch(10, under=thing)]

    with django_assert_num_queries(2):
        found = [queries.entry(each) for each in queries.fetch(pks)]

    assert len(found) == 10


def test_what_is_chatham_takes_no_replies_by_name(monkeypatch, member, client):
    sealed = replace(
        THINGS, takes_replies=True, entry=lambda thing: replace(entry(thing), attribution="chatham")
    )
    monkeypatch.setattr(rooms, "_rooms", dict(rooms._rooms))
    open_room(Room("hall", "Hall", kinds=(sealed,)))
    client.force_login(member)

    answer = client.post(f"/replies/to/kit.theme:{a_thing().pk}/", {"body": "It was me."})

    assert "nobody replies by name" in answer.content.decode()
    assert not Remark.objects.exists()


def test_when_its_thing_is_narrowed_a_remark_is_found_no_more(thing, member, client):
    with transaction.atomic():
        record(member, "made", thing)
    services.leave(thing, by=MemberFactory(), body="A word: zqremarkzq.")
    address = "/search/?q=zqremarkzq"
    assert client.get(address).content.count(b"/replies/") == 1

    type(thing).objects.filter(pk=thing.pk).update(slug=f"thing-r{member.pk}r")
    thing.refresh_from_db()
    with transaction.atomic():
        record(member, "narrowed", thing)

    assert client.get(address).content.count(b"/replies/") == 0


def test_a_members_own_file_has_their_words_also_the_hidden_ones(thing):
    remark = RemarkFactory(under=thing, body="Mine and hidden.")
    RemarkFactory(under=thing, body="Somebody else's.")
    standing.hide(remark, decision=1, reason="No.")

    assert [each["body"] for each in queries.own_words(remark.author)] == ["Mine and hidden."]
