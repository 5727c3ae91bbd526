"""A pack says what it seems to say, or the place where it does not."""

import pytest

from media4sec.assessments.packs.checking import check
from media4sec.assessments.packs.reading import Broken
from media4sec.assessments.tests.small import HOUSE, narrow, wide, wide_data


def faults(**parts) -> tuple[str, ...]:
    with pytest.raises(Broken) as refused:
        check(wide(**parts), known=HOUSE.keys())
    return refused.value.sentences


def with_rule(when, *effects) -> dict:
    rule = {"id": "N1", "when": when, "effects": [{"sources": ["LAW.1"]} | e for e in effects]}
    return {"rules": [*wide_data()["rules"], rule]}


def with_part(field, **more) -> dict:
    return {field: wide_data()[field] | more}


def with_question(**more) -> dict:
    question = {"id": "more", "section": "s1", "text": "More?", "type": "one"}
    question |= {"options": {"some": {"text": "Some"}}} | more
    return {"questions": [*wide_data()["questions"], question]}


LINE = {"title": "Only so", "kind": "conditional", "sources": ["LAW.1"]}
PLACE = {"place": "Article 9", "says": "more"}
CRIMES = {"question": "who", "is": "police"}
HIGH = {"residual": "high"}


def test_a_pack_that_holds_together_is_taken():
    check(wide(), known=HOUSE.keys())


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (with_question(id="tired"), "questions.tired: it stands here 2 times."),
        ({"rules": [*wide_data()["rules"], wide_data()["rules"][0]]},
         "rules.X1: it stands here 2 times."),
        ({"screen": ["how", "how"]}, "screen.how: it stands here 2 times."),
        (with_part("documents", **{"AU.LAW": {"title": "A paper of that name"}}),
         "gates.AU.LAW: it stands here 2 times."),
        (with_rule(CRIMES, {"sources": ["LAW.9"]}),
         "rules.N1: the source LAW.9 is not known."),
        (with_part("risks", **{"R.A": {"title": "Harm", "rights": ["LAW.9"]}}),
         "risks.R.A: the source LAW.9 is not known."),
        (with_part("authorisations", **{"AU.LAW": {"title": "Law", "by": "me",
                                                   "sources": ["LAW.9"]}}),
         "authorisations.AU.LAW: the source LAW.9 is not known."),
        (with_part("red_lines", **{"RL.GATED": LINE | {"gates": ["AU.LAW", "S.GATE"],
                                                       "sources": ["LAW.9"]}}),
         "red_lines.RL.GATED: the source LAW.9 is not known."),
        (with_rule(CRIMES, {"sources": ["OWN"]}) | {"sources": {"OWN": PLACE | {
            "instrument": "ACT"}}}, "sources.OWN: the instrument ACT is not known."),
        (with_rule(CRIMES, {"safeguards": ["S.X"]}), "rules.N1: S.X is not among the safeguards."),
        (with_rule(CRIMES, {"authorisations": ["S.ONE"]}),
         "rules.N1: S.ONE is not among the authorisations."),
        (with_rule(CRIMES, {"documents": ["D.X"]}), "rules.N1: D.X is not among the documents."),
        (with_rule(CRIMES, {"red_lines": ["RL.X"]}), "rules.N1: RL.X is not among the red lines."),
        (with_rule(CRIMES, {"criteria": ["W9"]}), "rules.N1: W9 is not among the criteria."),
        (with_rule(CRIMES, {"risks": {"R.X": [1, 1]}}), "rules.N1: R.X is not among the risks."),
        (with_rule(CRIMES, {"opinions": ["oracle"]}),
         "rules.N1: nobody gives the opinion oracle."),
        (with_rule(CRIMES, {"block": "publish", "unless": "AU.X"}),
         "rules.N1: AU.X is not known, so it lifts nothing."),
        (with_rule(CRIMES, {"unless": "AU.LAW"}), "rules.N1: unless needs a block that it lifts."),
        (with_part("red_lines", **{"RL.GATED": LINE | {"gates": ["AU.LAW", "S.GATE", "R.A"]}}),
         "red_lines.RL.GATED: the gate R.A is not known."),
        (with_part("safeguards", **{"S.ONE": {"title": "Lower", "cuts": {"R.X": {}}}}),
         "safeguards.S.ONE: the risk R.X is not known."),
        (with_question(section="s9"), "questions.more: the section s9 is not known."),
        (with_part("activities", more={"title": "More", "asks": ["s9"]}),
         "activities.more: the section s9 is not known."),
        ({"screen": ["how", "x"]}, "screen: the question x is not known."),
        (with_rule({"activity": ["fly"]}, {}), "rules.N1: the activity fly is not known."),
        (with_rule({"question": "x", "is": "y"}, {}), "rules.N1: the question x is not known."),
        (with_rule({"question": "why", "is": "y"}, {}),
         "rules.N1: why is answered in words, so nothing can be compared with it."),
        (with_rule({"question": "whom", "is": "crowd"}, {}),
         "rules.N1: whom is compared with has."),
        (with_rule({"question": "who", "has": "police"}, {}),
         "rules.N1: who is compared with is or in."),
        (with_rule({"question": "who", "in": ["police", "army"]}, {}),
         "rules.N1: who has no answer army."),
        (with_question(ask_if={"question": "more", "is": "some"}),
         "questions.more: ask_if leads back to itself."),
        (with_question(ask_if=HIGH),
         "questions.more: ask_if asks of answers and the activity only."),
        (with_question(effects=[{"if": HIGH, "sources": ["LAW.1"]}]),
         "questions.more: if asks of answers and the activity only. Make it a rule."),
        (with_rule(CRIMES, {"regime": "LED"}),
         "rules.N1: a rule does not say which law governs. An answer does."),
        (with_rule({"criteria_at_least": 1}, {"criteria": ["W1"]}),
         "rules.N1: it asks of the whole, so it cannot add criteria."),
        (with_rule({"crossed": "absolute"}, {"red_lines": ["RL.GATED"]}),
         "rules.N1: it asks for red lines or risks, so it cannot add red lines."),
        (with_rule({"all": [HIGH, CRIMES]}, {"risks": {"R.A": [1, 1]}}),
         "rules.N1: it asks what is left of the risks, so it cannot add to them."),
        (with_rule({"not": {"regime": "GDPR"}}, {"documents": ["D.PLAN"]}),
         "rules.N1: where “not” asks of the whole, a rule may only be urgent."),
        (with_rule({"all": [CRIMES, HIGH]}, {"urgent": True}),
         "rules.N1: one acts first because something does “not” hold of the whole."),
        (with_rule(CRIMES, {"sources": ["OWN"]}) | {"sources": {"OWN": PLACE | {
            "from": wide().pack.checked, "until": wide().pack.checked.replace(year=2000)}}},
         "sources.OWN: it ends before it begins."),
        ({"sources": {"OWN": PLACE}}, "sources.OWN: nothing uses it."),
        ({"instruments": {"ACT": {"short": "Act", "name": "An Act"}}},
         "instruments.ACT: nothing uses it."),
        (with_part("safeguards", **{"S.X": {"title": "More", "cuts": {}}}),
         "safeguards.S.X: nothing uses it."),
        (with_part("authorisations", **{"AU.X": {"title": "More", "by": "me"}}),
         "authorisations.AU.X: nothing uses it."),
        (with_part("documents", **{"D.X": {"title": "More"}}), "documents.D.X: nothing uses it."),
        (with_part("red_lines", **{"RL.X": LINE | {"gates": ["AU.LAW"]}}),
         "red_lines.RL.X: nothing uses it."),
        (with_part("risks", **{"R.X": {"title": "More", "rights": ["LAW.1"]}}),
         "risks.R.X: nothing uses it."),
        (with_part("sections", s9="Ninth"), "sections.s9: nothing uses it."),
    ],
)  # fmt: skip
def test_each_fault_has_a_sentence_that_names_its_place(parts, sentence):
    assert faults(**parts) == (sentence,)


def test_a_circle_of_several_questions_is_found_from_each_of_them():
    ring = [
        {"id": f"r{i}", "section": "s1", "text": "Round?", "type": "one",
         "options": {"yes": {"text": "Indeed"}},
         "ask_if": {"question": f"r{(i + 1) % 3}", "is": "yes"}}
        for i in range(3)
    ]  # fmt: skip

    assert faults(questions=[*wide_data()["questions"], *ring]) == tuple(
        f"questions.r{i}: ask_if leads back to itself." for i in range(3)
    )


def test_all_faults_are_told_at_once():
    parts = with_question(section="s9") | with_rule(CRIMES, {"safeguards": ["S.X"]})

    assert len(faults(**parts)) == 2


def test_a_layer_alone_does_not_hold_together():
    with pytest.raises(Broken, match="who is not known"):
        check(narrow(**with_rule_only(CRIMES)), known=HOUSE.keys())


def with_rule_only(when) -> dict:
    return {"rules": [{"id": "N1", "when": when, "effects": [{"sources": ["LAW.1"]}]}]}
