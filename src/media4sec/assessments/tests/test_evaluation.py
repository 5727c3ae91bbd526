"""What follows from answers, tried on a small rulebook."""

import json

import pytest

from media4sec.assessments.evaluation import (
    MATRIX,
    Cause,
    Evidence,
    Gauged,
    Outcome,
    band,
    evaluate,
    keys,
    questions_for,
)
from media4sec.assessments.evaluation.result import Result
from media4sec.assessments.packs.layering import stack
from media4sec.assessments.packs.schema import UNKNOWN, Band, Regime
from media4sec.assessments.tests.small import (
    DAY,
    HOUSE,
    LATER,
    book,
    everything_needed,
    wide,
    wide_data,
)

BOOK = book()


def found(answers=(), activity="watch", evidence=None, **more) -> Result:
    return evaluate(BOOK, activity, dict(answers), DAY, evidence, **more)


def levels(risk, severity, likelihood, floor=(4, 4)):
    return {risk: Gauged((severity, likelihood), floor)}


# The questions


def test_an_activity_asks_its_sections_and_the_screen_in_the_order_of_the_pack():
    assert found().asked == ("who", "how", "whom")
    assert found(activity="rest").asked == ("how", "tired")
    assert [each.id for each in questions_for(BOOK, "rest", {})] == ["how", "tired"]


@pytest.mark.parametrize(
    ("how", "is_asked"), [("open", False), ("closed", True), ("trick", True), (UNKNOWN, True)]
)
def test_a_question_waits_for_the_answer_it_depends_on(how, is_asked):
    assert ("deeper" in found({"how": how}).asked) is is_asked


def test_a_question_that_waits_for_one_that_is_not_asked_is_not_asked():
    chain = [
        {"id": key, "section": "s1", "text": "More", "type": "one",
         "options": {"so": {"text": "It is so"}}, "ask_if": ask_if}
        for key, ask_if in (
            ("b", {"not": {"question": "a", "is": "so"}}),
            ("a", {"question": "deeper", "is": "far"}),
        )
    ]  # fmt: skip
    longer = stack([wide(questions=[*wide_data()["questions"], *chain])], house=HOUSE)
    answers = {"how": "trick", "deeper": "far", "a": "so", "b": "so"}

    def asked(answers):
        return {each.id for each in questions_for(longer, "watch", answers)} & {"a", "b"}

    assert asked(answers) == {"a"}
    assert asked(answers | {"how": "open"}) == {"b"}
    assert asked(answers | {"how": UNKNOWN}) == {"a", "b"}


@pytest.mark.parametrize(
    "answers",
    [
        {"deeper": "far"},  # not asked
        {"tired": "very"},  # of another activity
        {"nothing": "x"},
        {"who": "army"},
        {"who": ("police", "shop")},
        {"whom": ()},
        {"whom": ("x",)},
        {"who": ""},
    ],
)
def test_an_answer_that_nobody_asks_for_or_offers_changes_nothing(answers):
    assert found(answers).as_bytes() == found().as_bytes()


def test_an_answer_in_words_needs_words():
    assert keys(found({"why": " \n"}, "talk").documents) == []
    assert keys(found({"why": "to learn"}, "talk").documents) == ["D.PLAN"]
    assert "why" in found({"why": ("to", "learn")}, "talk").unanswered


def test_one_answer_among_several_may_be_given_alone():
    assert found({"whom": "crowd"}).criteria == found({"whom": ("crowd",)}).criteria == ("W2",)


# What follows


def test_what_an_activity_and_its_answers_bring_is_found_with_its_causes():
    result = found({"who": "police", "how": "open", "whom": ("children",)})

    assert (result.activity, result.day, result.packs) == ("watch", DAY, ("test.wide 1.0.0",))
    assert [(needed.key, needed.causes) for needed in result.authorisations] == [
        ("AU.JUDGE", (Cause("rules.X3", ("LAW.2",)),)),
        ("AU.LAW", (Cause("activities.watch", ("LAW.1",)),)),
    ]
    assert [cause.place for cause in result.risks[0].causes] == ["questions.whom.children"] * 2
    assert keys(result.safeguards) == ["S.ONE"]
    assert result.lines_checked == ("RL.GATED", "RL.NEVER")


def test_the_highest_floor_of_each_axis_counts():
    assert found({"how": "closed", "whom": ("children",)}).risks[0].gross == (4, 3)
    assert found({"how": "open", "whom": ("children",)}).risks[0].gross == (4, 4)


@pytest.mark.parametrize(
    ("who", "regime"),
    [("police", Regime.LED), ("shop", Regime.GDPR), ("both", Regime.BOTH), (None, None)],
)
def test_answers_say_which_law_governs(who, regime):
    assert found({"who": who} if who else {}).regime == regime


def test_rules_join_answers():
    notes = [note.note for note in found({"who": "both"}).notes]

    assert notes == ["Two laws govern it"]
    assert found({"who": "police"}).notes == ()
    assert keys(found({"event": "none"}, "talk").opinions) == ["legal"]
    assert keys(found({"event": "known"}, "talk").opinions) == []


def test_criteria_are_counted_together():
    assert keys(found({"whom": ("children",)}).documents) == []
    assert keys(found({"whom": ("children", "crowd")}).documents) == ["D.PLAN"]


def test_what_is_not_law_yet_is_told_and_asks_for_nothing():
    result = found({"next": "judge"}, "talk")

    assert (result.authorisations, result.risks) == ((), ())
    assert [(each.what, each.first, each.sources) for each in result.to_come] == [
        (("AU.JUDGE",), LATER, ("NEW.1",)),
        (("R.A",), LATER, ("NEW.1",)),
    ]


def test_what_has_become_law_asks():
    result = evaluate(BOOK, "talk", {"next": "judge"}, LATER)

    assert result.to_come == ()
    assert keys(result.authorisations) == ["AU.JUDGE"]
    assert keys(result.risks) == ["R.A"]  # what the old law brought is over


# Red lines, blocks, outcome


def test_nobody_approves_across_an_absolute_red_line():
    answers = {"who": "police", "how": "trick", "deeper": "little", "whom": ("nobody",)}
    everything = Evidence(
        frozenset(BOOK.whole.safeguards),
        frozenset(BOOK.whole.documents),
        frozenset(BOOK.whole.authorisations),
        frozenset({"dpo", "legal", "ethics", "community"}),
    )
    result = found(answers, evidence=everything)

    assert (result.outcome, result.can_be_approved) == (Outcome.BLOCKED, False)
    assert (result.unanswered, result.not_known) == ((), ())
    assert not result.may_act_first


def test_a_conditional_red_line_opens_with_each_of_its_gates():
    answers = {"who": "police", "how": "closed", "deeper": "little", "whom": ("nobody",)}

    def with_gates(*authorisations, safeguards=()):
        there = Evidence(frozenset(safeguards), authorisations=frozenset(authorisations))
        return found(answers, evidence=there)

    assert with_gates("AU.LAW").red_lines[0].missing == ("S.GATE",)
    assert with_gates("AU.LAW", "S.GATE").outcome == Outcome.BLOCKED  # not a consent
    opened = with_gates("AU.LAW", safeguards=["S.GATE"])
    assert (opened.outcome, opened.can_be_approved) == (Outcome.CONDITIONS, True)


def test_a_block_is_lifted_by_what_it_names_and_by_nothing_else():
    lifted = Evidence(authorisations=frozenset({"AU.JUDGE"}))

    assert found({"event": "none"}, "talk").blocks[0].unless == "AU.JUDGE"
    assert found({"event": "none"}, "talk", lifted).blocks == ()
    assert found({"tired": "very"}, "rest", lifted).outcome == Outcome.BLOCKED


CHILDREN = {"who": "shop", "how": "closed", "deeper": "little", "whom": ("children",)}


def test_safeguards_lower_a_risk_by_two_steps_at_most_and_never_under_one():
    def after(*safeguards):
        row = found(CHILDREN, evidence=Evidence(frozenset(safeguards))).risks[0]
        return row.before, row.residual, row.after, row.cut_by

    assert after() == (Band.HIGH, (4, 3), Band.HIGH, ())
    assert after("S.TWO", "S.X") == (Band.HIGH, (4, 2), Band.HIGH, ("S.TWO",))
    assert after("S.ONE", "S.TWO") == (Band.HIGH, (2, 1), Band.LOW, ("S.ONE", "S.TWO"))


def test_reviewers_levels_stand_in_for_the_floors():
    result = found(CHILDREN, gauged=levels("R.A", 1, 1) | levels("R.B", 4, 4) | levels("R.X", 4, 4))

    assert {row.key: row.gross for row in result.risks} == {"R.A": (1, 1), "R.B": (4, 4)}
    with pytest.raises(ValueError, match="levels go from 1 to 4"):
        found(CHILDREN, gauged=levels("R.A", 0, 5))


def test_levels_lie_under_no_floor_that_rose_since_they_were_set():
    def gross(*gauge):
        return found(CHILDREN, gauged=levels("R.A", *gauge)).risks[0].gross

    assert gross(1, 4, (4, 3)) == (1, 4)
    assert gross(1, 4, (4, 2)) == (4, 4)
    assert gross(1, 1, (3, 4)) == (4, 3)


def test_a_high_risk_is_for_the_authority_and_a_clear_one_has_all_it_needs():
    answers = {"who": "shop", "how": "open", "whom": ("children",)}
    first = found(answers)
    assert first.outcome == Outcome.CONSULT
    assert keys(first.authorisations) == ["AU.JUDGE", "AU.LAW"]

    all_needed = everything_needed(first)
    done = found(answers, evidence=all_needed, gauged=levels("R.A", 4, 3))
    assert done.outcome == Outcome.CLEAR
    assert keys(done.authorisations) == ["AU.LAW"]  # nothing high is left to ask a judge about
    assert done.can_be_approved

    some = Evidence(frozenset({"S.ONE"}))
    assert found(answers, evidence=some, gauged=levels("R.A", 4, 3)).outcome == Outcome.CONDITIONS
    assert found(answers, evidence=all_needed).outcome == Outcome.CONDITIONS  # (2, 2) is medium


def test_a_medium_risk_leaves_conditions_even_when_all_is_there():
    answers = {"who": "shop", "how": "open", "whom": ("nobody",)}
    evidence = Evidence(authorisations=frozenset({"AU.LAW"}))

    assert found(answers, evidence=evidence).outcome == Outcome.CLEAR
    gauged = found(answers, evidence=evidence, gauged=levels("R.B", 2, 2))
    assert gauged.outcome == Outcome.CONDITIONS


def test_the_matrix_never_gets_milder_towards_the_worse():
    for severity in range(1, 5):
        for likelihood in range(1, 5):
            here = band((severity, likelihood)).rank
            assert here == MATRIX[severity - 1][likelihood - 1].rank
            assert here <= band((min(4, severity + 1), likelihood)).rank
            assert here <= band((severity, min(4, likelihood + 1))).rank


# Not knowing


def test_not_knowing_brings_what_any_answer_would_and_says_that_it_is_assumed():
    result = found({"how": UNKNOWN, "who": "police"})

    assert {line.key: line.is_assumed for line in result.red_lines} == {
        "RL.GATED": True,
        "RL.NEVER": True,
    }
    assert result.not_known == ("how",)
    assert (result.outcome, result.can_be_approved) == (Outcome.BLOCKED, False)
    assert not result.may_act_first  # a red line that may be crossed is no reason to hurry


def test_who_does_not_know_among_several_answers_does_not_know():
    assert found({"whom": ("nobody", UNKNOWN)}) == found({"whom": UNKNOWN})
    assert found({"whom": UNKNOWN}).criteria == ("W1", "W2")


def test_a_rule_that_is_lifted_by_an_answer_is_not_lifted_by_not_knowing():
    opinion = found({"event": UNKNOWN}, "talk").opinions[0]

    assert (opinion.key, opinion.causes[0].is_assumed) == ("legal", True)


def test_an_answer_to_a_question_that_may_not_be_asked_counts_as_assumed():
    result = found({"how": UNKNOWN, "deeper": "far", "who": "shop", "whom": ("nobody",)})

    assert [cause.is_assumed for cause in result.risks[0].causes] == [True]
    consult = next(each for each in result.authorisations if each.key == "AU.JUDGE")
    assert consult.causes[0].is_assumed


def test_which_law_governs_may_be_assumed_for_one_and_certain_for_both():
    assert found({"who": UNKNOWN}).regime == Regime.BOTH
    assert [note.is_assumed for note in found({"who": UNKNOWN}).notes] == [True]
    sure = found({"who": UNKNOWN, "whom": ("nobody",)}).notes
    assert [note.is_assumed for note in sure] == [False]


def test_criteria_that_may_be_met_are_counted_as_assumed():
    sure = found({"whom": ("children", "crowd")}).documents[0]
    perhaps = found({"whom": UNKNOWN}).documents[0]

    assert [sure.causes[0].is_assumed, perhaps.causes[0].is_assumed] == [False, True]


def test_who_may_act_first():
    assert found({"who": "police", "how": "open"}).may_act_first
    assert not found({"who": "shop", "how": "open"}).may_act_first
    assert not found({"who": UNKNOWN, "how": "open"}).may_act_first
    assert found({"event": "known"}, "talk").may_act_first


def test_a_version_keeps_the_very_bytes_as_data():
    result = found({"who": "police"})

    assert result.as_data() == json.loads(result.as_bytes())
    assert result.as_data()["day"] == result.day.isoformat()


def test_only_days_and_plain_values_are_in_the_bytes():
    odd = found().__class__(**{**found().__dict__, "criteria": (object(),)})

    with pytest.raises(TypeError, match="has no place in a result"):
        odd.as_bytes()
