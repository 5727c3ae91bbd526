"""Questions passed on to who told an experience: between two people, and nobody's address."""

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Door, Label
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory
from media4sec.patterns import services
from media4sec.patterns.models import Experience, Inquiry
from media4sec.patterns.tests.factories import ExperienceFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"
RELAY = Experience.Contact.RELAY
QUESTION = "How many people did it take on the first evening?"


def signed_in(client, member):
    client.force_login(member, backend=SIGN_IN)
    return client


@pytest.fixture
def asker():
    return MemberFactory(name="Curious planner")


@pytest.fixture
def told():
    author = MemberFactory(name="Teller of things")
    return ExperienceFactory(author=author, contact=RELAY, title="The bridge was closed")


def test_a_question_is_asked_answered_and_read_by_the_two_of_them(client, told, asker):
    page = signed_in(client, asker).get(told.get_absolute_url()).content.decode()
    asked = client.post(f"/experiences/{told.pk}/ask/", {"text": QUESTION})
    shown = signed_in(client, told.author).get(asked.url).content.decode()
    client.post(asked.url, {"text": "Two people, and one of them slept."})
    answered = signed_in(client, asker).get(asked.url).content.decode()

    assert f"/experiences/{told.pk}/ask/" in page
    assert QUESTION in shown
    assert "Curious planner" in shown
    assert "one of them slept" in answered
    assert "Teller of things" in answered
    assert asker.email not in shown
    assert told.author.email not in answered


def test_nobody_else_reads_it(client, told, asker):
    inquiry = services.inquire(told, by=asker, text=QUESTION)

    for other in (MemberFactory(), MemberFactory(is_moderator=True)):
        assert signed_in(client, other).get(inquiry.get_absolute_url()).status_code == 404
    client.logout()
    assert client.get(inquiry.get_absolute_url()).status_code in {302, 404}


def test_the_seal_holds_on_every_page_of_the_asker(client, asker):
    sealed = ExperienceFactory(
        author=MemberFactory(name="Sealed teller"),
        attribution=Attribution.CHATHAM,
        contact=RELAY,
    )
    inquiry = services.inquire(sealed, by=asker, text=QUESTION)
    services.answer_inquiry(inquiry, by=sealed.author, text="It took the whole night shift.")
    signed_in(client, asker)

    for address in (inquiry.get_absolute_url(), sealed.get_absolute_url(), "/notices/"):
        assert "Sealed teller" not in client.get(address).content.decode()


def test_each_hears_of_it_and_what_they_hear_says_no_word(told, asker):
    inquiry = services.inquire(told, by=asker, text=QUESTION)
    services.answer_inquiry(inquiry, by=told.author, text="Two people, and one of them slept.")
    kind = kinds()["patterns.inquiry"]
    hint = kind.entry(inquiry).through(Door.MAIL)

    verbs = [each.verb for each in Activity.objects.about(Ref.to(inquiry)).order_by("pk")]

    assert verbs == ["asked", "answered"]
    assert "asked" in kind.begins
    assert kind.speaks_to(inquiry) == [told.author.pk]
    assert "answered" in kind.tells_author
    assert kind.writers(inquiry) == [asker.pk]
    assert (hint.title, hint.text, hint.url, hint.author) == ("", "", "", "")


def test_only_where_the_author_lets_questions_through(client, told, asker):
    closed = ExperienceFactory(contact=Experience.Contact.NONE)

    with pytest.raises(PermissionDenied):
        services.inquire(closed, by=asker, text=QUESTION)
    with pytest.raises(PermissionDenied):
        services.inquire(told, by=told.author, text=QUESTION)
    page = signed_in(client, asker).get(closed.get_absolute_url()).content.decode()
    assert f"/experiences/{closed.pk}/ask/" not in page


def test_only_who_reads_it_asks_and_whoever_may_not_read_it_any_more_reads_no_answer():
    circle = CircleFactory()
    inside = MembershipFactory(circle=circle).member
    told = ExperienceFactory(circle=circle, label=Label.AMBER, contact=RELAY)
    with pytest.raises(PermissionDenied):
        services.inquire(told, by=MemberFactory(), text=QUESTION)
    services.inquire(told, by=inside, text=QUESTION)
    assert Inquiry.objects.visible_to(inside).count() == 1

    circle.memberships.filter(member=inside).delete()
    inside.forget_memberships()

    assert Inquiry.objects.visible_to(inside).count() == 0


def test_one_question_waits_at_a_time_and_an_answer_is_given_once(told, asker):
    inquiry = services.inquire(told, by=asker, text=QUESTION)
    with pytest.raises(Refused, match="waits for its answer"):
        services.inquire(told, by=asker, text=QUESTION)

    services.answer_inquiry(inquiry, by=told.author, text="It took two of us.")
    with pytest.raises(Refused, match="is answered"):
        services.answer_inquiry(inquiry, by=told.author, text="It took three of us.")

    services.inquire(told, by=asker, text="And on the second evening?")


@pytest.mark.parametrize("text", ["", "Why?", "x" * 3001])
def test_a_refused_question_comes_back_as_it_was(client, told, asker, text):
    response = signed_in(client, asker).post(f"/experiences/{told.pk}/ask/", {"text": text})

    assert response.status_code == 422
    assert text in response.content.decode()
    assert not Inquiry.objects.exists()


def test_what_is_taken_back_takes_its_questions_along(told, asker):
    services.inquire(told, by=asker, text=QUESTION)

    services.take_back(told, by=told.author)

    assert not Inquiry.objects.exists()


def test_it_stays_out_of_search_and_what_travels():
    inquiry = services.inquire(ExperienceFactory(contact=RELAY), by=MemberFactory(), text=QUESTION)
    entry = kinds()["patterns.inquiry"].entry(inquiry)

    assert entry.label == Label.RED
    assert entry.author_id is None
    assert not kinds()["patterns.inquiry"].searchable
