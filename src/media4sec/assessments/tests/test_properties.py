"""What holds for every rulebook, all answers and any evidence."""

import os
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from media4sec.assessments.evaluation import Evidence, Gauged, Outcome, Result, evaluate
from media4sec.assessments.packs.layering import Rulebook, stack
from media4sec.assessments.packs.schema import UNKNOWN, Kind, Pack, canonical
from media4sec.assessments.tests import generated

#: No database is asked: once is enough in CI, which tries them on two.
IS_THOROUGH = os.environ.get("CI") == "1" and not os.environ.get("DATABASE_URL")

often = settings(
    max_examples=2_000 if IS_THOROUGH else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
STRICTNESS = list(Outcome)


def is_as_strict(strict: Result, mild: Result) -> None:
    """Whatever the milder result asks, the stricter one asks, too."""
    for field in ("safeguards", "authorisations", "documents", "opinions"):
        asked, wanted = getattr(strict, field), getattr(mild, field)
        assert {each.key for each in asked} >= {each.key for each in wanted}
    assert {*strict.criteria} >= {*mild.criteria}
    assert {(each.what, each.unless) for each in strict.blocks} >= {
        (each.what, each.unless) for each in mild.blocks
    }
    assert {each.note for each in strict.notes} >= {each.note for each in mild.notes}
    assert {*parts(strict)} >= {*parts(mild)}
    lines = {line.key: line for line in strict.red_lines}
    for line in mild.red_lines:
        assert lines[line.key].blocks >= line.blocks
        assert lines[line.key].kind == Kind.ABSOLUTE or line.kind == Kind.CONDITIONAL
    rows = {row.key: row for row in strict.risks}
    for row in mild.risks:
        for axis in (0, 1):
            assert rows[row.key].gross[axis] >= row.gross[axis]
            assert rows[row.key].residual[axis] >= row.residual[axis]
    assert STRICTNESS.index(strict.outcome) <= STRICTNESS.index(mild.outcome)
    assert strict.may_act_first <= mild.may_act_first


def parts(result: Result):
    return result.regime.parts if result.regime else ()


@often
@given(data=st.data())
def test_the_order_of_answers_never_matters(data):
    book = data.draw(generated.books())
    said = data.draw(generated.answers(book))
    other = dict(data.draw(st.permutations(list(said.items()))))
    other = {k: v[::-1] if isinstance(v, tuple) else v for k, v in other.items()}
    activity, day = data.draw(generated.activities(book)), data.draw(generated.DAYS)

    first = evaluate(book, activity, said, day)

    assert evaluate(book, activity, other, day).as_bytes() == first.as_bytes()
    assert evaluate(again(book), activity, said, day).as_bytes() == first.as_bytes()


def again(book: Rulebook) -> Rulebook:
    """The same rules, by way of their canonical words."""
    plain = Pack.model_validate(canonical(book.whole), strict=False)
    return stack([plain], house=book.provisions)


@often
@given(data=st.data())
def test_more_evidence_never_raises_a_risk_nor_makes_anything_stricter(data):
    book = data.draw(generated.books())
    said, day = data.draw(generated.answers(book)), data.draw(generated.DAYS)
    activity, levels = data.draw(generated.activities(book)), data.draw(generated.gauged(book))
    less, more = data.draw(generated.evidence(book)), data.draw(generated.evidence(book))
    both = Evidence(
        less.safeguards | more.safeguards,
        less.documents | more.documents,
        less.authorisations | more.authorisations,
        less.opinions | more.opinions,
    )

    before = evaluate(book, activity, said, day, less, levels)
    after = evaluate(book, activity, said, day, both, levels)

    is_as_strict(before, after)
    assert after.can_be_approved >= before.can_be_approved


def crossings(book: Rulebook) -> list[tuple[str, str]]:
    """Questions and answers that cross an absolute red line."""
    lines = book.whole.red_lines
    return [
        (question.id, key)
        for question in book.whole.questions
        for key, option in question.options.items()
        for effect in option.effects
        if any(lines[line].kind == Kind.ABSOLUTE for line in effect.red_lines)
    ]


@often
@given(data=st.data())
def test_nothing_lets_anybody_approve_across_an_absolute_red_line(data):
    book = data.draw(generated.books())
    key, option = data.draw(st.sampled_from(crossings(book)))
    said = data.draw(generated.answers(book)) | {key: option}
    activity, day = data.draw(generated.activities(book)), data.draw(generated.DAYS)
    everything = Evidence(
        frozenset(book.whole.safeguards),
        frozenset(book.whole.documents),
        frozenset(book.whole.authorisations),
        frozenset({"dpo", "legal", "ethics", "community"}),
    )
    mildest = dict.fromkeys(book.whole.risks, Gauged((1, 1)))

    result = evaluate(book, activity, said, day, everything, mildest)

    certain = [line for line in result.red_lines if line.kind == Kind.ABSOLUTE]
    assume(any(not line.is_assumed for line in certain))
    assert (result.outcome, result.can_be_approved) == (Outcome.BLOCKED, False)


@often
@given(data=st.data())
def test_a_stricter_layer_never_yields_a_laxer_result(data):
    book = data.draw(generated.books())
    narrow = data.draw(generated.layers(book))
    stricter = stack([book.whole, narrow], house=book.provisions)
    said, day = data.draw(generated.answers(stricter)), data.draw(generated.DAYS)
    activity = data.draw(generated.activities(book))
    there, levels = data.draw(generated.evidence(book)), data.draw(generated.gauged(book))

    mild = evaluate(book, activity, said, day, there, levels)
    strict = evaluate(stricter, activity, said, day, there, levels)

    is_as_strict(strict, mild)
    assert strict.can_be_approved <= mild.can_be_approved
    assert {*strict.asked} >= {*mild.asked}


def waited_for(book: Rulebook):
    """The questions whose answers decide whether others are asked."""
    waits = [each.ask_if for each in book.whole.questions if each.ask_if]
    keys = {leaf.question for condition in waits for leaf in condition.leaves()}
    return [each for each in book.whole.questions if each.id in keys]


@often
@given(data=st.data())
def test_not_knowing_is_never_milder_than_any_answer(data):
    book = data.draw(generated.books())
    question = data.draw(st.sampled_from(waited_for(book)) | st.sampled_from(book.whole.questions))
    said, day = data.draw(generated.answers(book)), data.draw(generated.DAYS)
    answer = data.draw(st.none() | generated.answers_to(question))
    activity = data.draw(generated.activities(book))
    there, levels = data.draw(generated.evidence(book)), data.draw(generated.gauged(book))
    known = said | {question.id: answer} if answer else said
    if answer is None:
        known.pop(question.id, None)

    mild = evaluate(book, activity, known, day, there, levels)
    strict = evaluate(book, activity, known | {question.id: UNKNOWN}, day, there, levels)

    is_as_strict(strict, mild)
    assert {*strict.asked} >= {*mild.asked}
    if question.id in strict.asked:
        assert not strict.can_be_approved


@often
@given(data=st.data())
def test_what_nobody_asks_changes_nothing(data):
    book = data.draw(generated.books())
    said, day = data.draw(generated.answers(book)), data.draw(generated.DAYS)
    activity = data.draw(generated.activities(book))
    first = evaluate(book, activity, said, day)
    asked = {key: value for key, value in said.items() if key in first.asked}
    unknown = {"nobody": "knows", **dict.fromkeys(first.unanswered, "never.offered")}
    texts = {each.id for each in book.whole.questions if each.type == "text"}
    unknown = {key: value for key, value in unknown.items() if key not in texts}

    assert evaluate(book, activity, asked, day).as_bytes() == first.as_bytes()
    assert evaluate(book, activity, said | unknown, day).as_bytes() == first.as_bytes()


@often
@given(data=st.data())
def test_reviewers_who_raise_a_risk_never_make_anything_milder(data):
    book = data.draw(generated.books())
    said, day = data.draw(generated.answers(book)), data.draw(generated.DAYS)
    activity, there = data.draw(generated.activities(book)), data.draw(generated.evidence(book))
    before = evaluate(book, activity, said, day, there)
    floors = {row.key: row.gross for row in before.risks}
    drawn = data.draw(generated.gauged(book))
    raised = {
        key: replace(each, levels=tuple(map(max, each.levels, floors.get(key, (1, 1)))))
        for key, each in drawn.items()
    }

    is_as_strict(evaluate(book, activity, said, day, there, raised), before)
