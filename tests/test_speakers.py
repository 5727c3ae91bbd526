"""The Chatham House Rule: who is shown as the speaker, and who stands behind it."""

import pytest

from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.audience import readers_of
from media4sec.members.models import Group, Membership, Speaker
from media4sec.members.speakers import let_speak, possible_speakers, sealed
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


def chatham(**facts):
    return TopicFactory(attribution=Attribution.CHATHAM, label=Label.GREEN, **facts)


def crowd(number, circle=None, **who):
    people = MemberFactory.create_batch(number, **who)
    if circle:
        for member in people:
            Membership.objects.create(circle=circle, member=member, since=member.confirmed_at)
    return people


def test_five_colleagues_of_ones_country_make_it_sayable():
    speaker, *_others = crowd(5, group=Group.RESEARCH, country="BE")

    said = let_speak(speaker, chatham(author=speaker))

    assert (said.group, said.country) == (Group.RESEARCH, "BE")
    assert str(sealed(said)) == "A researcher · Belgium"


def test_in_a_circle_only_its_members_stand_behind_a_speaker():
    """The whole community reads GREEN, but nobody else may write there."""
    circle = CircleFactory()
    (speaker,) = crowd(1, circle, group=Group.RESEARCH, country="BE")
    crowd(9, group=Group.RESEARCH, country="BE")
    crowd(9, circle, group=Group.BUSINESS)
    topic = chatham(circle=circle, author=speaker)

    said = let_speak(speaker, topic)

    assert readers_of(topic).count() == 19
    assert possible_speakers(topic).count() == 10
    assert (said.group, said.country) == ("", "")
    assert sealed(said).name == "A member"


def test_who_is_suspended_or_has_left_is_nobodys_cover():
    speaker, *others = crowd(5, group=Group.RESEARCH, country="BE")
    others[0].suspended_at = others[0].confirmed_at
    others[0].save()

    said = let_speak(speaker, chatham(author=speaker))

    assert (said.group, said.country) == ("", "")


def test_a_description_is_frozen_and_never_carried_over():
    speaker, *_others = crowd(5, group=Group.RESEARCH, country="BE")
    topics = [chatham(author=speaker) for _n in range(12)]
    first = let_speak(speaker, topics[0])
    crowd(1, group=Group.RESEARCH, country="FR")

    assert let_speak(speaker, topics[0]) == first
    numbers = {let_speak(speaker, each).number for each in topics}
    assert len(numbers) > 1


def test_a_latecomer_does_not_stand_beside_four_who_are_frozen_otherwise():
    colleagues = crowd(5, group=Group.RESEARCH, country="BE")
    crowd(6, group=Group.BUSINESS, country="BE")
    topic = chatham(author=colleagues[0])
    for each in colleagues:
        let_speak(each, topic)

    (late,) = crowd(1, group=Group.RESEARCH, country="FR")
    said = let_speak(late, topic)

    assert (said.group, said.country) == ("", "")


def test_who_showed_their_name_is_nobodys_cover_any_more():
    colleagues = crowd(5, group=Group.RESEARCH, country="BE")
    crowd(6, group=Group.BUSINESS, country="BE")
    topic = chatham(author=colleagues[0])
    let_speak(colleagues[0], topic)
    Speaker.objects.update(named_at=colleagues[0].confirmed_at)

    said = let_speak(colleagues[1], topic)

    assert (said.group, said.country) == ("", "")


def test_a_byline_under_seal_holds_nothing_of_the_person():
    (speaker,) = crowd(1, name="Vera Visible", role="Spokesperson", organisation="Harbour")
    said = let_speak(speaker, chatham(author=speaker))

    byline = sealed(said, visitor=MemberFactory())

    assert (byline.role, byline.url, byline.is_me, byline.is_verified) == ("", "", False, False)
    assert "Vera" not in repr(byline)
    assert str(speaker.pk) not in {byline.url, str(byline.group)}
    assert sealed(said, visitor=speaker).is_me


def test_two_speakers_in_one_thing_get_two_numbers():
    people = crowd(8, group=Group.RESEARCH, country="BE")
    topic = chatham(author=people[0])

    numbers = [let_speak(each, topic).number for each in people]

    assert len(set(numbers)) == 8
    ref = Ref.to(topic)
    assert Speaker.objects.filter(thing_kind=ref.kind, thing_id=ref.pk).count() == 8
