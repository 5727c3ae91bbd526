"""The proof of the content: it holds for what comes with the software, and finds what is wrong."""

import copy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from media4sec.kit.themes import load_themes
from media4sec.patterns import checking, content
from media4sec.patterns.models import Pattern, PatternRelation


@pytest.fixture
def texts(monkeypatch):
    """The real cards, to spoil one in hand."""
    found = copy.deepcopy(content.shipped())
    monkeypatch.setattr(content, "shipped", lambda: found)
    return {text.slug: text for text in found}


@pytest.fixture
def relations(monkeypatch):
    rows = content.shipped_relations()
    monkeypatch.setattr(content, "shipped_relations", lambda: rows)
    return rows


def troubles(sheet, *checks):
    return [trouble for check in checks for trouble in check(sheet)]


@pytest.mark.django_db
def test_all_that_comes_with_the_software_is_complete_readable_and_linked():
    load_themes()
    content.load_content()
    said = StringIO()

    call_command("check_content", stdout=said, stderr=StringIO())

    assert "64 (49 project, 15 community)" in said.getvalue()
    assert said.getvalue().endswith("All is complete, readable and linked.\n")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"therefore": None}, "“therefore” is missing."),
        ({"evidence": 4}, "nothing reads “evidence”."),
        ({"forces": ["One."]}, "“forces” has 1 entries, not 3 to 5."),
        ({"summary": "x" * 161}, "the summary is one sentence of at most 160 characters."),
        ({"therefore": "Do it."}, "the solution begins with “Therefore, ”."),
        ({"actors": ["police", "robots"]}, "we know no “robots” among the actors."),
        ({"themes": ["football"]}, "we know no “football” among the themes."),
        ({"platforms": ["telex"]}, "we know no “telex” among the platforms."),
        ({"phases": ["never"]}, "we know no “never” among the phases."),
        ({"origin": "thin air"}, "we know no origin “thin air”."),
        (
            {"views": [{"face": "nice", "from": "researcher", "because": "Because."}]},
            "a view has a",
        ),
        ({"steps": ["**Do.** It.", "", "**Stop.** It."]}, "a text is empty."),
    ],
)
def test_a_card_with_a_gap_is_found(texts, changed, sentence):
    text = texts["webcare"]
    text.head.update(changed)
    if None in changed.values():
        del text.head["therefore"]

    assert any(each.startswith(sentence) for each in checking.fields(checking.Sheet(text)))


@pytest.mark.parametrize(
    ("kind", "provisions", "sentence"),
    [
        ("care", ["LED.999"], "rests on ['LED.999']"),
        ("care", [], "rests on no provision"),
        ("never", ["R8715.2"], "rests on guidance only"),
        ("care", ["R8715.2"], ""),
        ("never", ["R8715.2", "H.catt"], ""),
    ],
)
def test_a_note_rests_on_law_and_a_never_on_law_that_binds(texts, kind, provisions, sentence):
    text = texts["webcare"]
    text.head["law"] = [{"kind": kind, "text": "with it.", "provisions": provisions}]

    found = troubles(checking.Sheet(text), checking.laws)

    assert [sentence in each for each in found] == ([True] if sentence else [])


@pytest.mark.parametrize(
    ("slug", "group", "wrong"),
    [
        ("webcare", "tweetathon", True),
        ("webcare", "nowhere", True),
        ("webcare", "", True),
        ("leas-adopt-social-media", "intelligence", True),
        ("leas-adopt-social-media", "", False),
        ("sextortion", "", False),
    ],
)
def test_groups_are_groups_and_no_circles(texts, slug, group, wrong):
    texts[slug].head["group"] = group
    sheets = {name: checking.Sheet(text) for name, text in texts.items()}

    assert bool(list(checking.groups(sheets[slug], sheets))) == wrong


def test_cards_that_are_too_short_or_too_hard_are_found(texts):
    short, hard = texts["webcare"], texts["prevention"]
    short.head.update({"forces": [], "steps": [], "limits": [], "law": []})
    hard.head["steps"] = [
        "Institutionalise interorganisational collaboration methodologies notwithstanding "
        "jurisdictional incompatibilities, operationalising multidimensional accountability."
    ] * 9

    assert "words, not 150 to 350" in " ".join(checking.length(checking.Sheet(short)))
    assert "at most 12.0 is fair" in " ".join(checking.grade(checking.Sheet(hard)))


def test_a_sentence_stands_once(texts):
    said = texts["webcare"].head["limits"][0]
    texts["prevention"].head["limits"][0] = f"Before it. {said.upper()}"

    found = list(checking.shared_sentences([checking.Sheet(text) for text in texts.values()]))

    assert found
    assert all(each.startswith("prevention and webcare share the sentence") for each in found)


@pytest.mark.parametrize(
    ("row", "because", "sentence"),
    [
        (("webcare", "with", "webcare"), "Because.", "is with itself"),
        (("webcare", "with", "nowhere"), "Because.", "with something we do not know"),
        (("a", "before", "c"), "Because.", "is there twice"),
        (("c", "before", "a"), "Because.", "is there twice"),
        (("c", "with", "d"), "", "gives no reason"),
        (("d", "before", "a"), "Because.", "“Use before” runs in a circle through a, b, d."),
    ],
)
def test_a_relation_that_cannot_be_is_found(row, because, sentence):
    rows = [("a", "before", "b"), ("b", "before", "d"), ("a", "with", "c")]
    keys = ("from", "how", "to")
    made = [{**dict(zip(keys, each, strict=True)), "because": "Because."} for each in rows]
    last = {**dict(zip(keys, row, strict=True)), "because": because}
    if sentence.endswith("a, b, d."):
        made += [{"from": "c", "how": "before", "to": "webcare", "because": "Because."}]

    found = list(checking.graph({"a", "b", "c", "d", "webcare"}, [*made, last]))

    assert any(sentence in each for each in found)


def test_a_card_that_hangs_together_with_nothing_is_found():
    rows = [{"from": "a", "how": "with", "to": "b", "because": "Because."}]

    assert list(checking.graph({"a", "b", "c"}, rows)) == ["c hangs together with nothing."]


@pytest.mark.django_db
def test_what_the_pages_do_not_show_is_found(texts, relations):
    load_themes()
    content.load_content()
    sheets = [checking.Sheet(text) for text in texts.values()]
    row, other = relations[0], relations[1]
    one = Pattern.objects.get(slug=row["from"])
    one.beside = {**one.beside, "related": []}
    one.evidence = 4
    one.save()
    PatternRelation.objects.filter(source__slug=other["from"], target__slug=other["to"]).delete()
    texts[one.slug].head.pop("sources", None)

    found = list(checking.pages(sheets, relations))

    assert f"the page of {row['from']} does not say “Use before” of {row['to']}." in found
    assert f"the relation {other['from']} → {other['to']} is not in the database." in found
    assert f"{one.slug} says “Independent evaluation”, and gives no source." in found


@pytest.mark.django_db
def test_before_anything_is_loaded_the_command_says_what_to_do():
    heard = StringIO()

    with pytest.raises(CommandError, match="not as it should be"):
        call_command("check_content", stdout=StringIO(), stderr=heard)

    assert "webcare is not in the database: run media4sec load_content." in heard.getvalue()


@pytest.mark.django_db
def test_without_the_measure_the_command_says_so(monkeypatch):
    def missing(_name):
        raise ImportError

    monkeypatch.setattr(checking, "import_string", missing)

    with pytest.raises(CommandError, match="measured with textstat, which is not installed"):
        call_command("check_content")
