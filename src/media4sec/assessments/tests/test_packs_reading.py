"""A pack is read strictly: what is surprising is refused, with the place."""

import pytest

from media4sec.assessments.packs.reading import MOST_BYTES, Broken, pack_from, plain_yaml, read_pack
from media4sec.assessments.packs.schema import UNKNOWN, Condition
from media4sec.assessments.tests.small import WIDE, narrow, wide, wide_data


def refusal(text: str) -> str:
    with pytest.raises(Broken) as refused:
        plain_yaml(text, where="a.yaml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x [1]\nb: *x", "a.yaml, line 1: anchors and aliases are not allowed. Write it out."),
        ("b: *x", "a.yaml, line 1: anchors and aliases are not allowed. Write it out."),
        ("a: !!str 1", "a.yaml, line 1: tags are not allowed."),
        ("\na: !!python/object/apply:os.system [ls]", "a.yaml, line 2: tags are not allowed."),
        ("a: 1\nb: 2\na: 3", "a.yaml, line 1: a stands here twice."),
        ("a:\n  b: 1\n  b: 2", "a.yaml, line 2: b stands here twice."),
        ("a: {no: x}", "a.yaml, line 1: the name False is not text. Put it in quotes."),
        ("a: {yes: x}", "a.yaml, line 1: the name True is not text. Put it in quotes."),
        ("? [a, b]\n: c", "a.yaml, line 1: the name ['a', 'b'] is not text. Put it in quotes."),
        ("a: [1", "a.yaml, line 1: expected ',' or ']', but got '<stream end>'."),
        ("a: 1\n---\nb: 2", "a.yaml, line 2: but found another document."),
        ("a: \x00", "a.yaml: this is not YAML."),
        ("a: 2026-99-99", "a.yaml: month must be in 1..12."),
        ("- a", "a.yaml: the file is not a list of names with what they mean."),
        ("", "a.yaml: the file is not a list of names with what they mean."),
        ("a: " + "[" * 500 + "]" * 500, "a.yaml: it is nested too deeply."),
    ],
)
def test_what_is_dangerous_or_surprising_is_refused_with_its_line(text, sentence):
    assert refusal(text) == sentence


def test_anchors_that_would_multiply_are_refused_before_they_do():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]

    assert refusal("\n".join(rows)).endswith(
        "line 1: anchors and aliases are not allowed. Write it out."
    )


def test_a_merged_mapping_is_refused():
    assert "line 1" in refusal("<<: {a: b}")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mine"
    made.mkdir()
    return made


def broken(folder) -> tuple[str, ...]:
    with pytest.raises(Broken) as refused:
        read_pack(folder)
    return refused.value.sentences


def test_a_pack_is_read_from_all_its_files(folder):
    (folder / "all.yaml").write_text(WIDE)
    assert read_pack(folder) == wide()

    head, rest = WIDE.split("sections:", 1)
    (folder / "all.yaml").write_text(head)
    (folder / "rest.yaml").write_text("sections:" + rest)
    assert read_pack(folder) == wide()


def test_a_part_stands_in_one_file_only(folder):
    (folder / "a.yaml").write_text(WIDE)
    (folder / "b.yaml").write_text("criteria: {W9: more}")

    assert broken(folder) == ("mine/b.yaml: criteria stands in another file, too.",)


def test_files_are_few_and_short_and_in_utf_8(folder):
    assert broken(folder) == ("mine: no .yaml files are there.",)

    (folder / "a.yaml").write_bytes("criteria: {W1: Größe}".encode("latin-1"))
    assert broken(folder) == ("mine/a.yaml: the file is not in UTF-8. Save it so.",)

    (folder / "a.yaml").write_text("a: " + "x" * 1_000_000)
    assert broken(folder) == (f"mine/a.yaml: the file is longer than {MOST_BYTES:,} bytes.",)

    for number in range(21):
        (folder / f"{number}.yaml").write_text("a: 1")
    assert broken(folder) == ("mine: more than 20 files.",)


def refused_parts(**parts) -> tuple[str, ...]:
    with pytest.raises(Broken) as refused:
        narrow(**parts)
    return refused.value.sentences


QUESTION = {"id": "more", "section": "s1", "text": "More?", "type": "one"}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"delete": ["RL.NEVER"]},
         "narrow, delete: this is not known here. Look how it is spelled; "
         "nothing inherited can be removed."),
        ({"rules": [{"id": "N1", "when": {"residual": "high"}, "effects": [{"note": "Hm"}]}]},
         "narrow, rules.0.effects.0.sources: Field required."),
        ({"rules": [{"id": "N1", "when": {"residual": "high"},
                     "effects": [{"note": "Hm", "sources": []}]}]},
         "narrow, rules.0.effects.0.sources: "
         "Tuple should have at least 1 item after validation, not 0."),
        ({"rules": [{"id": "N1", "when": {"residual": "high", "crossed": "absolute"},
                     "effects": [{"sources": ["LAW.1"]}]}]},
         "narrow, rules.0.when: a condition is one test: join several with all or any."),
        ({"rules": [{"id": "N1", "when": {"question": "how"},
                     "effects": [{"sources": ["LAW.1"]}]}]},
         "narrow, rules.0.when: a question is compared with exactly one of is, in, has."),
        ({"rules": [{"id": "N1", "when": {"residual": "high", "is": "x"},
                     "effects": [{"sources": ["LAW.1"]}]}]},
         "narrow, rules.0.when: a question is compared with exactly one of is, in, has."),
        ({"rules": [{"id": "N1", "when": {"all": []}, "effects": [{"sources": ["LAW.1"]}]}]},
         "narrow, rules.0.when: all and any need at least one test."),
        ({"questions": [QUESTION]},
         "narrow, questions.0: a question for words has no options, and every other one has."),
        ({"questions": [QUESTION | {"options": {UNKNOWN: {"text": "No idea"}}}]},
         "narrow, questions.0: no option may be called dont_know."),
        ({"red_lines": {"RL.X": {"title": "No", "kind": "absolute", "gates": ["AU.LAW"],
                                 "sources": ["LAW.1"]}}},
         "narrow, red_lines.RL.X: "
         "a conditional red line has gates, an absolute one has none."),
        ({"risks": {"R.X": {"title": "Hm", "rights": ["LAW.1"], "floor": 2.5}}},
         "narrow, risks.R.X.floor: this is not known here. Look how it is spelled; "
         "nothing inherited can be removed."),
        ({"sections": {"s9": False}}, "narrow, sections.s9: this is not text. Put it in quotes."),
        ({"expiry": {"event": True}}, "narrow, expiry.event: Input should be a valid integer."),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_shape_is_refused_with_its_place(parts, sentence):
    assert refused_parts(**parts) == (sentence,)


def test_a_condition_in_a_condition_in_a_condition_ends_somewhere():
    deep: dict = {"residual": "high"}
    for _each in range(300):
        deep = {"not": deep}

    assert refused_parts(rules=[{"id": "N1", "when": deep, "effects": [{"sources": ["LAW.1"]}]}])


def test_every_fault_is_told_at_once():
    data = wide_data() | {"x": 1, "y": 2}

    with pytest.raises(Broken) as refused:
        pack_from(data, where="wide")

    assert len(refused.value.sentences) == 2


def test_leaves_know_whether_they_are_denied():
    known = {"question": "q", "is": "a"}
    condition = Condition.model_validate(
        {"all": [{"not": {"any": [known, {"not": {"residual": "low"}}]}}, {"activity": ["watch"]}]}
    )

    assert [is_denied for _leaf, is_denied in condition.signed_leaves()] == [True, False, False]
    assert condition.stage == 3
