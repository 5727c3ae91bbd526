"""Taking patterns and experiences away, and bringing them: doors, row by row, all or none."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity
from media4sec.kit.themes import load_themes
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory
from media4sec.patterns import content, exchange, services
from media4sec.patterns.models import Batch, Experience, Pattern, Proposal
from media4sec.patterns.queries import incoming, outgoing
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, card, publish

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(
    (Path(exchange.__file__).parent.parent / "data/patterns-data.schema.json").read_text("utf-8")
)


def sign_in(client, member):
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return client


def taken(client, name):
    response = client.get(f"/patterns/export/{name}")
    assert response.status_code == 200
    return response, b"".join(response.streaming_content).decode()


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


# Taking away


def test_every_pattern_goes_out_and_comes_back_word_for_word(client):
    load_themes()
    content.load_content()
    editor = MemberFactory(is_editor=True)

    _response, document = taken(client, "patterns.json")
    _response, table = taken(client, "patterns.csv")

    said = json.loads(document)
    jsonschema.validate(said, SCHEMA)
    assert len(said["items"]) == 64
    for text in (document, table):
        batch = services.bring(text.encode(), by=editor, table="patterns")
        assert incoming.plan(batch, editor).counts["nothing"] == 64


def test_a_stranger_takes_away_what_is_clear_and_no_more(client):
    for label in (Label.CLEAR, Label.GREEN, Label.RED):
        ExperienceFactory(label=label, title=f"Case {label}")
    ExperienceFactory(title="Case hidden", standing="hidden")

    response, text = taken(client, "experiences.csv")

    assert [row["title"] for row in rows(text)] == ["Case TLP:CLEAR"]
    assert response["Sharing-Label"] == "TLP:CLEAR"


def test_a_member_takes_away_what_may_be_exported_under_the_narrowest_label(client):
    circle = CircleFactory(kind="closed")
    member = MemberFactory()
    MembershipFactory(circle=circle, member=member)
    for label in Label:
        inside = circle if "AMBER" in label else None
        ExperienceFactory(label=label, title=f"Case {label}", circle=inside, author=member)

    response, text = taken(sign_in(client, member), "experiences.json")

    said = json.loads(text)
    jsonschema.validate(said, SCHEMA)
    assert [row["label"] for row in said["items"]] == ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"]
    assert said["label"] == response["Sharing-Label"] == "TLP:AMBER"
    assert said["exported_for"] == member.shown_name
    assert "TLP-AMBER.json" in response["Content-Disposition"]


def test_under_the_seal_author_place_and_contact_are_not_in_the_file(client):
    anna = MemberFactory(name="Anna Whisper")
    told = ExperienceFactory(
        author=anna, attribution=Attribution.CHATHAM, place="Secret bay", contact="named"
    )
    let_speak(anna, told)

    for name in ("experiences.csv", "experiences.json"):
        _response, text = taken(client, name)
        assert "Whisper" not in text
        assert "Secret bay" not in text
    (row,) = rows(taken(client, "experiences.csv")[1])
    assert (row["place"], row["contact"]) == ("", "")
    assert row["by"].startswith("A member")


def test_what_an_experience_repeats_is_named_only_to_who_may_read_it(client):
    first = ExperienceFactory(label=Label.GREEN)
    ExperienceFactory(after=first)

    (row,) = rows(taken(client, "experiences.csv")[1])
    assert row["after"] == ""
    inside = rows(taken(sign_in(client, MemberFactory()), "experiences.csv")[1])
    assert [row["after"] for row in inside] == ["", str(first.pk)]


def test_what_is_narrowed_after_the_label_was_written_is_not_in_the_file():
    member = MemberFactory()
    ExperienceFactory(label=Label.GREEN)

    assert list(outgoing.experience_records(member, Label.CLEAR)) == []


def test_formulas_in_a_file_are_text(client):
    ExperienceFactory(title="=cmd|'/c calc'!A1", did="@SUM(A1)", happened="-1")

    _response, text = taken(client, "experiences.csv")

    (row,) = rows(text)
    assert (row["title"], row["did"], row["happened"]) == (
        "'=cmd|'/c calc'!A1",
        "'@SUM(A1)",
        "'-1",
    )


@pytest.mark.parametrize("count", [1, 10])
def test_a_file_asks_as_much_for_ten_as_for_one(client, count, django_assert_max_num_queries):
    pattern = publish()
    for _ in range(count):
        told = ExperienceFactory(about=[pattern], attribution=Attribution.CHATHAM)
        let_speak(told.author, told)

    with django_assert_max_num_queries(9):
        taken(client, "experiences.csv")
    with django_assert_max_num_queries(4):
        taken(client, "patterns.csv")


def test_a_file_is_read_in_parts(monkeypatch):
    monkeypatch.setattr(outgoing, "_CHUNK", 3)
    told = [ExperienceFactory().pk for _ in range(8)]
    patterns = [publish(f"Pattern {n}").slug for n in range(4)]
    member = MemberFactory()

    records = outgoing.experience_records(member, Label.CLEAR)
    assert [record["number"] for record in records] == told
    assert [record["slug"] for record in outgoing.pattern_records(member)] == patterns


@pytest.mark.parametrize("name", ["nothing.csv", "patterns.xml", "experiences.exe"])
def test_what_is_no_file_of_ours_is_not_there(client, name):
    assert client.get(f"/patterns/export/{name}").status_code == 404


def test_the_page_says_under_which_label_a_file_is_and_the_schema_is_served(client):
    ExperienceFactory(label=Label.GREEN)

    assert "TLP:GREEN" not in client.get("/patterns/export/").content.decode()
    page = sign_in(client, MemberFactory()).get("/patterns/export/").content.decode()
    assert "TLP:GREEN" in page
    assert json.loads(client.get("/patterns/export/schema.json").content) == SCHEMA


# Bringing experiences

FULL = {
    "title": "A rumour at the harbour",
    "did": "We named one account.",
    "happened": "People waited for it.",
    "outcome": "worked",
    "themes": "trolling",
    "country": "NL",
    "label": "TLP:GREEN",
}


def csv_file(*rows_of, delimiter=",", mark=""):
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows_of for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows_of)
    return (mark + out.getvalue()).encode()


def planned(member, *rows_of, table="experiences"):
    batch = services.bring(csv_file(*rows_of), by=member, table=table)
    return batch, incoming.plan(batch, member)


@pytest.fixture
def theme(db):
    return ThemeFactory()


def test_a_file_is_shown_row_by_row_and_then_taken_in(client, theme):
    pattern = publish()
    member = MemberFactory()
    sign_in(client, member)
    wrong = {**FULL, "title": "Wrong", "country": "Atlantis"}
    file = csv_file(
        {**FULL, "patterns": pattern.slug, "steps": "- One\n- Two"},
        wrong,
        delimiter=";",
        mark="\ufeff",
    )

    answer = client.post(
        "/patterns/import/experiences/", {"file": SimpleUploadedFile("x.csv", file)}, follow=True
    )
    page = answer.content.decode()
    assert page.index("Wrong") < page.index("A rumour at the harbour")
    assert "Choose the country from the list." in page
    assert "Take in 1 row" in page
    assert not Experience.objects.exists()

    client.post(answer.request["PATH_INFO"])
    client.post(answer.request["PATH_INFO"])  # a double click
    told = Experience.objects.get()
    assert (told.title, told.author, told.label) == (FULL["title"], member, Label.GREEN)
    assert (told.parts["steps"], told.patterns.get()) == ("- One\n- Two", pattern)
    assert Activity.objects.filter(verb="told").count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"country": "XX"}, "Choose the country from the list."),
        ({"label": "TLP:PURPLE"}, "We do not know “TLP:PURPLE” among “label”."),
        ({"label": "TLP:AMBER"}, "AMBER is for the members of a circle"),
        ({"label": "TLP:RED"}, "."),
        ({"themes": "football"}, "We do not know the theme “football”."),
        ({"themes": ""}, "Name one theme or two."),
        ({"outcome": ""}, "Choose what came of it."),
        ({"outcome": "great"}, "We do not know “great” among “outcome”."),
        ({"actors": "robots"}, "We do not know “robots” among “actors”."),
        ({"patterns": "nowhere"}, "It is about “nowhere”"),
        ({"after": "999"}, "The experience it repeats is not open to you."),
        ({"after": "many"}, "is not a number"),
        ({"title": "x"}, "Enter a title of four letters or more."),
        ({"happened": ""}, "Say in a few words what happened."),
        ({"language": "tlh"}, "We do not know the language"),
        ({"effect_quality": "9", "effect": "It works."}, "how good the evidence is"),
    ],
)
def test_a_row_that_is_wrong_says_so(theme, changed, sentence):
    _batch, plan = planned(MemberFactory(), {**FULL, **changed})

    (row,) = plan.rows
    assert row.does == "wrong"
    assert sentence in row.says


def test_an_experience_one_may_not_read_is_not_repeated(theme):
    secret = ExperienceFactory(label=Label.RED)

    _batch, plan = planned(MemberFactory(), {**FULL, "after": str(secret.pk)})

    assert plan.rows[0].says == "The experience it repeats is not open to you."


def test_what_was_told_already_is_told_once(theme):
    member = MemberFactory()
    batch, _plan = planned(member, FULL, FULL)
    services.take_in(batch, by=member)

    _again, plan = planned(member, FULL)

    assert Experience.objects.count() == 1
    assert plan.counts == {"wrong": 0, "change": 0, "add": 0, "nothing": 1}


def test_a_file_is_taken_in_whole_or_not_at_all(theme, monkeypatch):
    member = MemberFactory()
    batch, _plan = planned(member, FULL, {**FULL, "title": "Another case"})
    real, calls = services.batches.tell, []

    def tell(*said, **more):
        calls.append(said)
        if len(calls) == 2:
            raise Refused("Too late.")
        return real(*said, **more)

    monkeypatch.setattr(services.batches, "tell", tell)

    with pytest.raises(Refused, match=r"Line 3: Too late\. Nothing was taken in\."):
        services.take_in(batch, by=member)
    assert not Experience.objects.exists()


def test_own_experiences_come_back_as_they_went(client, theme):
    member = MemberFactory()
    pattern = publish()
    ExperienceFactory(
        author=member,
        about=[pattern],
        parts={"aim": "=1+1", "cost": "Two days"},
        emmie={"effect": {"says": "Less noise.", "quality": 2, "sources": ["A report"]}},
        platforms=["forums"],
        phases=["during"],
        groups=["business"],
        size="city",
        evidence=3,
        did="Line one\n\n- a list",
        contact="none",
    )
    text = taken(sign_in(client, member), "experiences.csv")[1].encode()
    other = MemberFactory()

    batch = services.bring(text, by=other, table="experiences")
    services.take_in(batch, by=other)

    told = {"number", "told", "changed", "address", "by"}
    one, two = outgoing.experience_records(other, Label.CLEAR)
    assert {k: v for k, v in one.items() if k not in told} == {
        k: v for k, v in two.items() if k not in told
    }


def test_nobody_sees_or_takes_in_a_file_of_another(client, theme):
    batch, _plan = planned(MemberFactory(), FULL)
    other = MemberFactory()

    assert sign_in(client, other).get(f"/patterns/batches/{batch.pk}/").status_code == 404
    with pytest.raises(Refused):
        services.take_in(batch, by=other)


def test_a_file_is_forgotten_after_a_day(theme):
    batch, _plan = planned(MemberFactory(), FULL)
    long_ago = batch.brought_at - 2 * services.batches.WAITS
    Batch.objects.filter(pk=batch.pk).update(brought_at=long_ago)

    services.sweep_batches()

    assert not Batch.objects.exists()


def test_a_file_that_cannot_be_read_comes_back_with_the_sentence(client, theme):
    sign_in(client, MemberFactory())

    for name, sentence in ((b"title,title\na,b\n", "is there twice"), (b"", "This file is empty.")):
        file = SimpleUploadedFile("x.csv", name)
        answer = client.post("/patterns/import/experiences/", {"file": file})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_looking_at_a_file_asks_as_much_for_ten_rows_as_for_one(
    client, theme, count, django_assert_max_num_queries
):
    member = MemberFactory()
    batch, _plan = planned(member, *[{**FULL, "title": f"Case {n}"} for n in range(count)])
    sign_in(client, member)
    client.get("/patterns/export/")

    with django_assert_max_num_queries(10):
        page = client.get(f"/patterns/batches/{batch.pk}/")
    assert page.content.count(b"Case ") == count


# Bringing patterns


def pattern_row(**changed):
    record = {
        **exchange.blank("patterns"),
        **card().kept(),
        "title": "Answer the rumour early",
        "summary": "Speak before a rumour grows.",
        "themes": ["trolling"],
        "actors": ["police"],
        "law": [{"kind": "never", "text": "guess.", "provisions": ["PRES.4"]}],
        "sources": [],
    }
    record = {**record, **changed}
    names = [column.name for column in exchange.COLUMNS["patterns"]]
    return dict(zip(names, exchange.cells("patterns", record), strict=True))


def test_only_editors_bring_patterns(client, theme):
    assert sign_in(client, MemberFactory()).get("/patterns/import/patterns/").status_code == 403
    with pytest.raises(PermissionDenied, match="Only editors"):
        services.bring(csv_file(pattern_row()), by=MemberFactory(), table="patterns")


def test_new_patterns_become_proposals_and_changed_ones_their_next_version(theme):
    editor = MemberFactory(is_editor=True)
    old = publish("One voice per incident")
    related = [{"how": "with", "to": old.slug, "because": "Both."}]
    changed = {"slug": old.slug, "title": old.title, "summary": "Name one account, at once."}

    for row, does in ((pattern_row(related=related), "add"), (changed, "change")):
        batch, plan = planned(editor, row, table="patterns")
        assert [each.does for each in plan.rows] == [does]
        services.take_in(batch, by=editor)

    new, better = Proposal.objects.order_by("pk")
    assert (new.author, new.pattern, new.title) == (editor, None, "Answer the rumour early")
    assert new.relations == [{"to": old.slug, "how": "with", "because": "Both."}]
    assert (better.pattern, better.summary) == (old, "Name one account, at once.")
    assert better.content["therefore"] == old.content["therefore"]
    old.refresh_from_db()
    assert (old.version, Pattern.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"context": "Short."}, "two or three sentences"),
        ({"title": "x"}, "a name of 3 to 80 letters"),
        ({"summary": ""}, "in one sentence what the pattern is about"),
        ({"actors": []}, "Choose who acts."),
        ({"actors": ["robots"]}, "We do not know “robots” among “actors”."),
        ({"themes": ["football"]}, "We do not know the theme “football”."),
        ({"group": "one-voice-per-incident"}, "is no group of patterns"),
        ({"related": [{"how": "with", "to": "nowhere", "because": ""}]}, "which is not here"),
        ({"title": "One voice per incident", "slug": "other"}, "Another pattern has this name."),
        ({"law": [{"kind": "never", "text": "x.", "provisions": ["LED.999"]}]}, "LED.999"),
        ({"evidence": "gut feeling"}, "We do not know “gut feeling” among “evidence”."),
    ],
)
def test_a_pattern_that_is_wrong_says_so(theme, changed, sentence):
    publish("One voice per incident")

    _batch, plan = planned(MemberFactory(is_editor=True), pattern_row(**changed), table="patterns")

    (row,) = plan.rows
    assert row.does == "wrong"
    assert sentence in row.says


def test_a_pattern_stands_once_in_a_file_and_is_proposed_once(theme):
    editor = MemberFactory(is_editor=True)

    batch, plan = planned(editor, pattern_row(), pattern_row(), table="patterns")
    services.take_in(batch, by=editor)
    _again, after = planned(editor, pattern_row(), table="patterns")

    assert plan.counts == {"wrong": 1, "change": 0, "add": 1, "nothing": 0}
    assert after.counts["nothing"] == 1
