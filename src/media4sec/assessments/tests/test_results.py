"""What follows: said in a sentence, with its causes, and what another answer would change."""

import json
from xml.etree import ElementTree

import pytest

from media4sec.assessments.evaluation import Outcome, evaluate
from media4sec.assessments.models import Answer, Check
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.findings import result_page
from media4sec.assessments.queries.whatif import what_if
from media4sec.assessments.tests.factories import (
    UNKNOWN,
    answer,
    answer_all,
    begin,
    queries_of,
    signed_in,
)
from media4sec.assessments.tests.test_evaluation_golden import SCENARIOS
from media4sec.kit.models import Activity
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

WHO = {"q01": "police", "q02": "crime", "q11": "trait", "q39": "who"}


@pytest.fixture
def check(db):
    return begin(MemberFactory())


def page_of(check):
    return signed_in(check.author).get(check.get_absolute_url()).content.decode()


def test_before_the_first_answer_there_are_two_ways_to_begin(check):
    text = page_of(check)

    assert f"/checks/{check.pk}/quick/" in text
    assert f"/checks/{check.pk}/questions/q01/" in text
    assert "Red lines" not in text


def test_a_crossed_line_is_said_first_with_the_answer_that_crosses_it(check):
    answer(check, **WHO)

    page = result_page(standing_of(check))
    line = next(each for each in page.lines if each.key == "RL.PROTEST")

    assert page.verdict == "This may not be done: it crosses a red line"
    assert line.is_absolute
    assert f"/checks/{check.pk}/questions/q39/" in [
        url for why in line.whys for _t, url in why.links
    ]
    assert any(why.laws for why in line.whys)
    assert len(page.lines) + len(page.lines_checked) == len(standing_of(check).book.whole.red_lines)


def test_a_line_that_cannot_be_ruled_out_is_said_to_be_so(check):
    answer(check, q39=UNKNOWN)

    page = result_page(standing_of(check))

    assert page.verdict == "This may not be done yet: a red line cannot be ruled out"
    assert all(line.is_assumed for line in page.lines)
    assert "Cannot be ruled out" in page_of(check)


def test_a_condition_that_is_missing_holds_it(check):
    answer(check, q01="police", q02="crime", q03="general")

    page = result_page(standing_of(check))

    assert page.verdict == "On hold until 1 condition is met"
    assert "AU.LAW" in [each.key for each in page.authorisations]


def test_what_is_open_is_counted_and_never_called_clear():
    check = begin(MemberFactory(), activity="info_channel")
    answer(check, q01="public")

    page = result_page(standing_of(check))

    assert page.open_count == len(standing_of(check).result.asked) - 1
    assert page.verdict == "Nothing stops you so far, but not all is known"
    assert f"Not complete: {page.open_count} questions open" in page_of(check)


def test_when_nothing_is_open_it_says_whether_one_may_go_ahead():
    check = begin(MemberFactory(), activity="info_channel")
    answer_all(check)
    page = result_page(standing_of(check))
    assert page.open_count == 0

    answer(check, **{standing_of(check).result.asked[0]: UNKNOWN})

    assert "Not complete" not in page_of(check)
    assert "1 not known" in page_of(check)


def test_each_risk_stands_in_both_matrices_where_its_levels_are(check):
    answer(check, q01="police", q10="mass")
    standing = standing_of(check)

    page = result_page(standing)

    for matrix, rows in (
        (page.matrix_before, {row.key: row.gross for row in standing.result.risks}),
        (page.matrix_after, {row.key: row.residual for row in standing.hoped.risks}),
    ):
        there = {
            risk.key: (4 - down, right + 1)
            for down, (_name, cells) in enumerate(matrix)
            for right, cell in enumerate(cells)
            for risk in cell.risks
        }
        assert there == rows
    assert [len(cells) for _name, cells in page.matrix_before] == [4, 4, 4, 4]


def test_every_finding_says_why(check):
    answer_all(check)

    page = result_page(standing_of(check))
    found = [*page.lines, *page.risks, *page.safeguards, *page.authorisations, *page.documents]

    assert len(found) > 10
    assert [each.key for each in found if not each.whys or not each.laws] == []


def test_the_page_says_that_it_is_no_advice_and_a_draft(check):
    answer(check, **WHO)
    client = signed_in(check.author)
    paths = ["", "quick/", "quick/result/", "questions/", "questions/q01/", "what-if/"]

    for path in paths:
        text = client.get(f"/checks/{check.pk}/{path}").content.decode()
        assert "not legal advice" in text, path
        assert "not been reviewed by lawyers" in text, path
        assert "TLP:RED" in text, path


def test_a_first_look_names_red_lines_and_who_has_to_agree(check):
    answer(check, q11="trait", q03="no")

    text = signed_in(check.author).get(f"/checks/{check.pk}/quick/result/").content.decode()

    assert "There are red lines to look at" in text
    assert standing_of(check).book.whole.authorisations["AU.LAW"].title in text
    assert "Go on with the full check" in text


# What if


def test_what_if_shows_what_would_change_and_saves_nothing(check):
    answer(check, **WHO)
    before = (Answer.objects.count(), Activity.objects.count(), standing_of(check).given)

    text = (
        signed_in(check.author)
        .get(f"/checks/{check.pk}/what-if/?question=q39&answer=safety")
        .content.decode()
    )

    standing = standing_of(check)
    found = what_if(standing, standing.questions["q39"], "safety")
    assert standing.book.whole.red_lines["RL.PROTEST"].title in text
    assert standing.book.whole.red_lines["RL.PROTEST"].title in found.differences[0].gone
    assert (Answer.objects.count(), Activity.objects.count(), standing_of(check).given) == before


def test_what_if_with_the_same_answer_changes_nothing(check):
    answer(check, **WHO)
    standing = standing_of(check)

    assert what_if(standing, standing.questions["q39"], "who").is_same


@pytest.mark.parametrize("asked", ["question=q39&answer=martians", "question=q999", "question=q51"])
def test_what_if_of_nonsense_is_a_page(check, asked):
    answer(check, **WHO)

    assert signed_in(check.author).get(f"/checks/{check.pk}/what-if/?{asked}").status_code == 200


# As data


def test_the_data_carry_the_label_the_answers_and_the_result(check):
    answer(check, **WHO)

    response = signed_in(check.author).get(f"/checks/{check.pk}/result.json")

    said = json.loads(response.content)
    assert said["label"] == "TLP:RED"
    assert said["answers"]["q39"]["answer"] == "who"
    assert said["result"]["outcome"] == Outcome.BLOCKED
    assert response["Cache-Control"] == "private, no-store"
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("page", ["", "quick/result/", "what-if/?question=q01&answer=ngo"])
def test_results_ask_as_often_with_every_answer(check, page):
    client, asked = signed_in(check.author), set()
    for most in (1, 10, 58):
        answer_all(check, most)
        asked.add(queries_of(client, f"/checks/{check.pk}/{page}"))

    assert len(asked) == 1
    assert max(asked) <= 25


def test_the_risks_are_drawn_as_one_picture_with_its_label(check):
    answer_all(check)
    client = signed_in(check.author)

    drawn = client.get(f"/checks/{check.pk}/risks.svg")

    root = ElementTree.fromstring(drawn.content)  # noqa: S314 - drawn by us
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    risks = standing_of(check).result.risks
    boxes = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("x")]
    assert drawn["Content-Type"] == "image/svg+xml"
    assert words[0] == check.label
    assert words[-1] == f"{check.label} · {check.author.shown_name}"
    assert len(boxes) == 32
    assert len(risks) > 0
    assert sum(word.startswith(f"{len(risks)}  ") for word in words) == 1
    assert signed_in(MemberFactory()).get(f"/checks/{check.pk}/risks.svg").status_code == 404


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_kept_in_the_database_gives_the_same_bytes(name):
    scenario, author = SCENARIOS[name], MemberFactory()
    check = begin(author, activity=scenario["activity"])
    left = dict(scenario["answers"])
    while now_asked := [key for key in left if key in standing_of(check).result.asked]:
        for key in now_asked:
            value = left.pop(key)
            if key in standing_of(check).result.asked:
                answer(check, **{key: tuple(value) if isinstance(value, list) else value})

    standing = standing_of(Check.objects.get())

    given = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in scenario["answers"].items()
    }
    worked_out = evaluate(standing.book, scenario["activity"], given, standing.day)
    assert standing.result.as_bytes() == worked_out.as_bytes()
