"""Answers: only ever added, asked as others call for them, and two people at once."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Answer
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import Said
from media4sec.assessments.tests.factories import (
    UNKNOWN,
    answer,
    answer_all,
    begin,
    queries_of,
    signed_in,
)
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(db):
    return begin(MemberFactory())


@pytest.fixture
def client(check):
    return signed_in(check.author)


def at(check, question):
    return f"/checks/{check.pk}/questions/{question}/"


# Only added


def test_the_newest_answer_counts_and_the_older_ones_stay(check):
    answer(check, q01="police")
    answer(check, q01="ngo")

    assert standing_of(check).given == {"q01": "ngo"}
    assert [each.value for each in Answer.objects.all()] == ["police", "ngo"]


def test_nobody_can_tell_from_the_log_who_works_on_a_plan(check):
    answer(check, q01="police")

    assert [each.verb for each in Activity.objects.about(Ref.to(check))] == ["began"]


def test_the_same_answer_again_adds_nothing(check):
    first = services.answer(check, "q01", Said("police"), by=check.author)

    again = services.answer(check, "q01", Said("police", seen=0), by=check.author)

    assert again == first
    assert Answer.objects.count() == 1


def test_an_answer_taken_back_leaves_the_question_open(check):
    answer(check, q05=("vendor",))
    answer(check, q05=None)

    assert "q05" in standing_of(check).result.unanswered
    assert [each.value for each in Answer.objects.all()] == [["vendor"], None]


def test_several_answers_stand_in_the_order_of_the_question(check):
    answer(check, q05=("vendor", "platform"))

    assert Answer.objects.get().value == ["platform", "vendor"]


# What may be answered


@pytest.mark.parametrize(
    ("question", "value", "sentence"),
    [
        ("q01", "martians", "Choose from the list"),
        ("q01", ("police", "ngo"), "Choose from the list"),
        ("q05", ("vendor", "martians"), "Choose from the list"),
        ("q05", ("vendor", UNKNOWN), "not both"),
        ("q14", "own", "not asked"),
        ("q42", "shop", "not asked"),
        ("q999", "yes", "not asked"),
        ("q51", "x" * 2_000_000, "Shorten it to 4000"),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(check, question, value, sentence):
    with pytest.raises(Refused, match=sentence):
        services.answer(check, question, Said(value), by=check.author)

    assert not Answer.objects.exists()


def test_a_note_of_two_megabytes_is_refused(check):
    with pytest.raises(Refused, match="Shorten it"):
        services.answer(check, "q01", Said("police", comment="x" * 2_000_000), by=check.author)


def test_of_several_answers_all_are_kept_or_none(check):
    said = {"q01": Said("police"), "q02": Said("martians")}

    with pytest.raises(Refused):
        services.answer_several(check, said, by=check.author)

    assert not Answer.objects.exists()


def test_nobody_else_answers(check):
    ben = MemberFactory()
    check.readers.add(ben)

    with pytest.raises(PermissionDenied):
        services.answer(check, "q01", Said("police"), by=ben)


# Questions come and go


def test_a_question_is_asked_when_another_answer_calls_for_it(check):
    assert "q14" not in standing_of(check).result.asked

    answer(check, q13="purpose")

    assert "q14" in standing_of(check).result.asked


def test_who_does_not_know_is_asked_as_if_it_were_so(check):
    answer(check, q13=UNKNOWN)

    assert "q14" in standing_of(check).result.asked


def test_an_answer_whose_question_went_is_kept_does_not_count_and_the_page_says_so(check, client):
    answer(check, q13="purpose")
    option = next(iter(standing_of(check).questions["q14"].options))
    answer(check, q14=option)
    with_it = standing_of(check).result

    answer(check, q13="no")

    page = client.get(f"/checks/{check.pk}/questions/").content.decode()
    assert "q14" in with_it.asked
    assert "q14" not in standing_of(check).result.asked
    assert Answer.objects.filter(question="q14").count() == 1
    assert "Kept, but not counted" in page
    assert client.get(at(check, "q14")).url == f"/checks/{check.pk}/questions/"


def test_a_question_of_no_rule_is_not_found(client, check):
    assert client.get(at(check, "q999")).status_code == 404
    assert client.post(at(check, "x" * 3000), {"answer": "yes"}).status_code == 404


# The pages


def test_one_goes_on_from_question_to_question(client, check):
    answered = client.post(
        at(check, "q01"), {"answer": "police", "comment": "We are a city force."}
    )

    assert answered.url == at(check, "q02")
    assert Answer.objects.get().comment == "We are a city force."


def test_going_back_keeps_the_answer_first(client, check):
    answered = client.post(at(check, "q02"), {"answer": "crime", "then": "back"})

    assert answered.url == at(check, "q01")
    assert standing_of(check).given == {"q02": "crime"}
    assert client.post(at(check, "q03"), {"then": "back"}).url == at(check, "q02")


def test_enter_presses_the_button_that_goes_on(client, check):
    text = client.get(at(check, "q01")).content.decode()

    first = re.search(r'<button[^>]*form="answer"[^>]*>', text)

    assert "name=" not in first[0]


def test_leaving_keeps_the_answer_and_the_note(client, check):
    answered = client.post(at(check, "q02"), {"comment": "To be asked.", "then": "leave"})

    assert answered.url == "/checks/"
    page = signed_in(check.author).get(at(check, "q02")).content.decode()
    assert "To be asked." in page
    assert "q02" in standing_of(check).result.unanswered


def test_after_the_last_question_comes_the_result(client, check):
    last = standing_of(check).result.asked[-1]
    option = next(iter(standing_of(check).questions[last].options))

    assert client.post(at(check, last), {"answer": option}).url == check.get_absolute_url()


def test_going_on_without_an_answer_says_what_to_do(client, check):
    page = client.post(at(check, "q01"), {})

    assert page.status_code == 422
    assert "is an answer, too" in page.content.decode()


def test_an_unknown_option_comes_back_with_a_sentence(client, check):
    page = client.post(at(check, "q01"), {"answer": "martians", "comment": "My note."})

    assert page.status_code == 422
    assert "My note." in page.content.decode()
    assert not Answer.objects.exists()


def test_words_and_i_dont_know_are_told_apart(client, check):
    both = client.post(at(check, "q51"), {"answer": "Because.", "unknown": "on"})
    client.post(at(check, "q51"), {"unknown": "on"})

    assert both.status_code == 422
    assert standing_of(check).result.not_known == ("q51",)
    assert "checked" in client.get(at(check, "q51")).content.decode()


def test_two_megabytes_come_back_with_a_sentence(client, check):
    page = client.post(at(check, "q51"), {"answer": "x" * 2_000_000})

    assert page.status_code == 422
    assert not Answer.objects.exists()


def test_whoever_saves_an_older_state_is_told_and_sees_both(client, check):
    services.answer(check, "q01", Said("ngo", comment="From the other desk."), by=check.author)

    page = client.post(at(check, "q01"), {"answer": "police", "comment": "From here.", "seen": "0"})

    text = page.content.decode()
    assert page.status_code == 409
    assert "Another answer was saved" in text
    assert "From the other desk." in text
    assert "From here." in text
    assert standing_of(check).given == {"q01": "ngo"}
    newest = Answer.objects.last()
    client.post(at(check, "q01"), {"answer": "police", "seen": str(newest.pk)})
    assert standing_of(check).given == {"q01": "police"}


def test_the_service_tells_it_too(check):
    answer(check, q01="ngo")

    with pytest.raises(EditedMeanwhile):
        services.answer(check, "q01", Said("police", seen=0), by=check.author)


def test_the_page_names_the_law_with_the_day_from_which_it_applies(client, check):
    standing = standing_of(check)
    coming = [
        (question.id, standing.book.provisions[source])
        for question in standing.book.whole.questions
        for option in question.options.values()
        for effect in option.effects
        for source in effect.sources
        if standing.book.provisions[source].is_to_come(standing.day)
        if question.id in standing.result.asked
    ]

    key, provision = coming[0]
    text = client.get(at(check, key)).content.decode()

    assert provision.name in text
    assert f"Applies from {provision.first:%-d %B %Y}" in text


@pytest.mark.parametrize("page", ["questions/q01/", "questions/", "quick/"])
def test_pages_ask_as_often_with_every_answer(check, client, page):
    asked = set()
    for most in (1, 10, 58):
        answer_all(check, most)
        asked.add(queries_of(client, f"/checks/{check.pk}/{page}"))

    assert len(asked) == 1
    assert max(asked) <= 10


# Ten on one page


def test_the_first_look_keeps_what_was_answered_and_leaves_the_rest_open(client, check):
    answered = client.post(f"/checks/{check.pk}/quick/", {"q02": "crime", "q03": UNKNOWN})

    assert answered.url == f"/checks/{check.pk}/quick/result/"
    assert standing_of(check).given == {"q02": "crime", "q03": UNKNOWN}


def test_a_first_look_keeps_the_note_that_stood_beside_an_answer(client, check):
    services.answer(check, "q02", Said("crime", comment="Agreed in May."), by=check.author)
    seen = Answer.objects.get().pk

    client.post(f"/checks/{check.pk}/quick/", {"q02": "inform", "q02-seen": str(seen)})

    newest = Answer.objects.last()
    assert (newest.value, newest.comment) == ("inform", "Agreed in May.")


def test_an_empty_first_look_says_what_to_do(client, check):
    page = client.post(f"/checks/{check.pk}/quick/", {})

    assert page.status_code == 422
    assert "Answer at least one question" in page.content.decode()


def test_an_older_first_look_is_told_and_sees_both(client, check):
    answer(check, q02="inform")

    page = client.post(f"/checks/{check.pk}/quick/", {"q02": "crime", "q04": "serious"})

    assert page.status_code == 409
    assert "To inform people" in page.context["newer"][0][1]
    assert page.context["form"].initial["q02"] == "crime"
    assert standing_of(check).given == {"q02": "inform"}
