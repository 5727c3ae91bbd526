"""Breaking the glass: two keys, two logs, one day."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.members.models import AccessLog, Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.moderation import services
from media4sec.moderation.models import Opening, Report

pytestmark = pytest.mark.django_db
SECRET = "only-for-two-pairs-of-eyes"


@pytest.fixture
def first():
    return MemberFactory(is_moderator=True)


@pytest.fixture
def second():
    return MemberFactory(is_moderator=True)


@pytest.fixture
def reader():
    return MemberFactory()


@pytest.fixture
def topic(reader):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[reader])
    return TopicFactory(
        circle=circle, label=Label.RED, readers=[reader], title=SECRET, body_html=f"<p>{SECRET}</p>"
    )


@pytest.fixture
def report(topic, reader):
    return services.report(topic, by=reader, words="This breaks rule 2.")


def asked(report, by, scope=Opening.Scope.WORDS):
    return services.ask_to_open(report, by=by, scope=scope, reason="The report cannot be judged.")


def test_two_moderators_open_the_seal_and_author_and_circle_read_it(topic, report, first, second):
    opening = services.consent(asked(report, first), by=second)

    sealed = services.read_sealed(opening, by=first)

    assert sealed.entry.title == SECRET
    assert sealed.author is None
    lines = AccessLog.objects.filter(member=topic.author)
    assert [line.sentence for line in lines] == [
        "A moderator read this sealed thing: The report cannot be judged.",
        "Two moderators opened the seal of this thing: The report cannot be judged.",
    ]
    assert AccessLog.objects.filter(circle=topic.circle).count() == 2
    verbs = Activity.objects.about(Ref.to(opening)).values_list("verb", flat=True)
    assert list(verbs) == ["read sealed", "consented", "asked to open"]


def test_the_name_is_shown_only_when_the_second_key_was_given_for_it(topic, report, first, second):
    opening = services.consent(asked(report, first, Opening.Scope.NAME), by=second)

    assert services.read_sealed(opening, by=first).author == topic.author


def test_nobody_holds_both_keys(report, first):
    opening = asked(report, first)

    with pytest.raises(PermissionDenied, match="another moderator"):
        services.consent(opening, by=first)

    opening.refresh_from_db()
    assert opening.state == Opening.State.ASKED


def test_one_key_opens_nothing(report, first):
    opening = asked(report, first)

    with pytest.raises(PermissionDenied, match="seal is closed"):
        services.read_sealed(opening, by=first)

    assert AccessLog.objects.count() == 0


def test_who_gave_the_second_key_may_not_read(report, first, second):
    opening = services.consent(asked(report, first), by=second)

    with pytest.raises(PermissionDenied):
        services.read_sealed(opening, by=second)


def test_an_opening_ends_after_a_day(report, first, second):
    opening = services.consent(asked(report, first), by=second)

    with (
        time_machine.travel(timezone.now() + timedelta(hours=25), tick=False),
        pytest.raises(PermissionDenied, match="seal is closed"),
    ):
        services.read_sealed(opening, by=first)


def test_a_refusal_stands(report, first, second):
    opening = services.refuse(asked(report, first), by=second, answer="The words suffice.")

    with pytest.raises(Refused):
        services.consent(opening, by=MemberFactory(is_moderator=True))

    assert not opening.is_in_force


def test_members_and_administrators_have_no_key(report):
    for nobody in (MemberFactory(), MemberFactory(is_administrator=True)):
        with pytest.raises(PermissionDenied):
            asked(report, nobody)


def test_a_suspended_moderator_has_no_key(report):
    suspended = MemberFactory(is_moderator=True, suspended_at=timezone.now())

    with pytest.raises(PermissionDenied):
        asked(report, suspended)


def test_a_closed_report_is_no_reason_to_look(report, first):
    Report.objects.filter(pk=report.pk).update(state=Report.State.CLOSED)
    report.refresh_from_db()

    with pytest.raises(Refused, match="closed"):
        asked(report, first)


def test_one_cannot_report_what_one_cannot_see(client, topic):
    stranger_sees = client.get(f"/report/{Ref.to(topic)}/")
    never_was = client.get("/report/discussions.topic:987654/")
    nonsense = client.get("/report/what:is:this/")

    assert stranger_sees.status_code == never_was.status_code == nonsense.status_code == 404
    assert stranger_sees.content == never_was.content


def test_a_reader_reports_in_the_browser(client, topic, reader):
    client.force_login(reader)

    answer = client.post(f"/report/{Ref.to(topic)}/", {"words": "Names a suspect."})

    assert answer.status_code == 302
    made = Report.objects.get()
    assert (made.reporter, made.ref) == (reader, Ref.to(topic))


def test_the_desk_shows_that_something_sealed_was_reported_but_not_what(client, report, first):
    client.force_login(first)

    for address in ("/moderation/", report.get_absolute_url()):
        page = client.get(address)
        assert page.status_code == 200
        assert b"Something sealed" in page.content
        assert SECRET.encode() not in page.content


def test_the_whole_way_through_the_pages(client, report, first, second):
    client.force_login(first)
    client.post(
        report.get_absolute_url(), {"open": "1", "scope": "words", "reason": "Cannot be judged."}
    )
    opening = Opening.objects.get()
    client.force_login(second)
    client.post(f"/moderation/openings/{opening.pk}/", {"consent": "1", "answer": ""})
    client.force_login(first)

    behind = client.post(f"/moderation/openings/{opening.pk}/read/")

    assert SECRET.encode() in behind.content
    assert client.get(f"/moderation/openings/{opening.pk}/read/").status_code == 405


@pytest.mark.parametrize("count", [1, 10])
def test_the_desk_asks_the_same_number_of_questions(
    client, first, count, django_assert_max_num_queries
):
    for _number in range(count):
        topic = TopicFactory()
        services.report(topic, by=MemberFactory(), words="Spam.")
    client.force_login(first)

    with django_assert_max_num_queries(8):
        page = client.get("/moderation/")

    assert page.content.count(b"Spam.") == count
