"""What a line says: in the page of notices and in letters, no more than may travel by mail."""

import pytest

from media4sec.digests.models import Notice
from media4sec.digests.queries.lines import Lines
from media4sec.digests.tests.factories import notice, reply, start
from media4sec.discussions import services
from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle, Member
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_the_start")]


@pytest.fixture
def anna():
    return MemberFactory(name="Anna")


@pytest.fixture
def ben():
    return MemberFactory(name="Ben Whisper")


@pytest.fixture
def circle(anna, ben):
    return CircleFactory(kind=Circle.Kind.CLOSED, title="Night desk", members=[anna, ben])


def lines(member):
    notice()
    member = Member.objects.get(pk=member.pk)
    notices = Notice.objects.visible_to(member).select_related("activity")
    return Lines(member, notices).lines()


def test_a_green_reply_is_told_with_its_writer_and_words(anna, ben):
    answer = reply(start(anna), ben)

    (line,) = lines(anna)

    assert line.sentence == "Ben Whisper replied in “Rumours at night”"
    assert (line.excerpt, line.label) == ("Ask first.", Label.GREEN)
    assert line.url == answer.get_absolute_url()


def test_of_amber_only_the_title_travels(anna, ben, circle):
    topic = start(anna, Label.AMBER, circle=circle)
    reply(topic, ben)

    (line,) = lines(anna)

    assert line.sentence == "A member replied in “Rumours at night”"
    assert (line.excerpt, line.label, line.circle) == ("", Label.AMBER, "Night desk")


def test_of_amber_strict_only_that_there_is_something(anna, ben, circle):
    reply(start(anna, Label.AMBER_STRICT, circle=circle), ben)

    (line,) = lines(anna)

    assert line.sentence == "Something new in Night desk"
    assert (line.excerpt, line.label, line.circle) == ("", "", "")
    assert line.url == f"/notices/{line.pks[0]}/"


def test_of_red_not_even_where(anna, ben, circle):
    topic = start(anna, Label.RED, circle=circle, readers=[ben])
    reply(topic, ben)

    (line,) = lines(anna)

    assert line.sentence == "Something new for you"
    assert (line.excerpt, line.label, line.circle) == ("", "", "")


def test_under_the_chatham_house_rule_a_member_replied(anna, ben):
    reply(start(anna, attribution=Attribution.CHATHAM), ben)

    (line,) = lines(anna)

    assert line.sentence == "A member replied in “Rumours at night”"
    assert line.excerpt == "Ask first."


def test_three_replies_are_one_line(anna, ben):
    topic = start(anna)
    for _ in range(3):
        reply(topic, ben)

    (line,) = lines(anna)

    assert line.sentence == "3 replies in “Rumours at night”"
    assert (line.excerpt, len(line.pks)) == ("", 3)


def test_secret_things_of_one_circle_are_one_line(anna, ben, circle):
    for number in range(2):
        start(anna, Label.AMBER_STRICT, circle=circle, title=f"Title {number}")

    (line,) = lines(ben)

    assert line.sentence == "2 new things in Night desk"


def test_what_speaks_to_me_has_a_line_of_its_own(anna, ben):
    topic = start(ben)
    first = reply(topic, anna)
    reply(topic, ben)
    reply(topic, ben, answers_to=first)
    services.accept(first, by=ben)

    said = [(line.sentence, line.is_addressed) for line in lines(anna)]

    assert said == [
        ("Your reply is the accepted answer: “Rumours at night”", True),
        ("Ben Whisper answered you in “Rumours at night”", True),
        ("Ben Whisper replied in “Rumours at night”", False),
    ]


def test_what_was_narrowed_since_says_nothing_to_those_left_out(anna, ben, circle):
    cleo = MemberFactory(name="Cleo")
    MembershipFactory(circle=circle, member=cleo)
    topic = start(ben, circle=circle, label=Label.AMBER)
    assert [line.label for line in lines(anna)] == [Label.AMBER]

    services.narrow(topic, by=ben, label=Label.RED, readers=[cleo])

    assert lines(anna) == []


def test_what_was_deleted_since_says_nothing(anna, ben):
    answer = reply(start(anna), ben)
    assert len(lines(anna)) == 1

    services.delete_reply(answer, by=ben)

    assert lines(anna) == []


@pytest.mark.parametrize("count", [1, 10])
def test_lines_take_the_same_few_questions(anna, ben, count, django_assert_max_num_queries):
    topic = start(anna)
    for _ in range(count):
        reply(topic, ben)
    notice()
    notices = list(Notice.objects.visible_to(anna).select_related("activity"))
    anna = Member.objects.get(pk=anna.pk)

    with django_assert_max_num_queries(4):
        assert Lines(anna, notices).lines()
