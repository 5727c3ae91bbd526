"""Tables and JSON: what goes out comes back, and no spreadsheet takes a text for a program."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, clean_text
from media4sec.patterns import exchange
from media4sec.patterns.exchange import table as tables

SCHEMA = json.loads(
    (Path(exchange.__file__).parent.parent / "data/patterns-data.schema.json").read_text("utf-8")
)
FORMULAS = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "'=1", "''-", " =1", "＝1"]

some_text = st.one_of(st.text(max_size=60).map(clean_text), st.sampled_from(FORMULAS))
some_line = st.one_of(
    st.text(max_size=60).map(clean_line),
    st.sampled_from(["=1", "- a", "care: with it. [X]", "a <b>", "with x: y", "'", "“;”, a | b"]),
).filter(lambda each: each == each.strip() and len(each.splitlines()) == 1)
some_key = st.from_regex(r"[A-Z]{2,5}\.[0-9a-z.]{1,5}", fullmatch=True)
some_slug = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
BY_KIND = {
    "text": some_text,
    "lines": st.lists(some_line, max_size=4),
    "number": st.none() | st.integers(0, 999_999_999),
    "flag": st.booleans(),
    "notes": st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["never", "care", "allowed"]),
                "text": some_line,
                "provisions": st.lists(some_key, max_size=3),
            }
        ),
        max_size=3,
    ),
    "sources": st.lists(
        st.fixed_dictionaries(
            {"text": some_line, "url": st.sampled_from(["", "https://example.org/?a=1;b,c"])}
        ),
        max_size=3,
    ),
    "relations": st.lists(
        st.fixed_dictionaries(
            {
                "how": st.sampled_from(["with", "before", "specialises", "instead"]),
                "to": some_slug,
                "because": some_line,
            }
        ),
        max_size=3,
    ),
}


def some_value(column):
    if column.kind == "words":
        words = st.sampled_from(column.words) if column.words else some_slug
        return st.lists(words, max_size=4)
    return st.sampled_from(["", *column.words]) if column.words else BY_KIND[column.kind]


def some_record(table):
    made = {column.name: some_value(column) for column in exchange.COLUMNS[table]}
    return st.fixed_dictionaries({**made, "title": some_line})


def csv_of(table, records):
    head = exchange.line([column.name for column in exchange.COLUMNS[table]])
    return head + "".join(exchange.line(exchange.cells(table, each)) for each in records)


def read_back(table, content):
    return [exchange.record_of(table, row) for row in exchange.read_file(table, content).rows]


@pytest.mark.parametrize("table", list(exchange.COLUMNS))
@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_goes_out_comes_back(table, data):
    records = data.draw(st.lists(some_record(table), min_size=1, max_size=3))
    document = {"table": table, "label": "TLP:CLEAR", "exported": "2026-01-01T00:00:00Z"}

    jsonschema.validate({**document, "items": records}, SCHEMA)
    assert read_back(table, json.dumps({"items": records}).encode()) == records
    assert read_back(table, csv_of(table, records).encode("utf-8-sig")) == records


@given(some_text | st.text(max_size=40))
def test_no_cell_begins_like_a_formula(text):
    (cell,) = next(csv.reader(io.StringIO(exchange.line([text]), newline="")))

    assert cell.lstrip(" ")[:1] not in set("=+-@\t\r＝＋－＠") or not cell
    assert tables.restored(cell) == text


def test_the_schema_that_is_shipped_is_the_one_of_the_columns():
    assert exchange.schema() == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


# Files as people save them

HEAD = "title,did,themes\n"


@pytest.mark.parametrize(
    "content",
    [
        'title,did,themes\n"One; two","We did, it.",trolling\n'.encode("utf-8-sig"),
        b'title;did;themes\n"One; two";"We did, it.";trolling\n',
        b"title\tdid\tthemes\nOne; two\tWe did, it.\ttrolling\n",
        b'\n Title ,DID,Themes\r\n"One; two","We did, it.",trolling\r\n\r\n',
        'title,did,themes\n"One; two","We did, it.",trolling\n'.encode("utf-16"),
        b'[{"title": "One; two", "did": "We did, it.", "themes": ["trolling"]}]',
    ],
)
def test_a_file_is_read_as_people_save_it(content):
    (record,) = read_back("experiences", content)

    assert record == {
        **exchange.blank("experiences"),
        "title": "One; two",
        "did": "We did, it.",
        "themes": ["trolling"],
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There are no rows"),
        (HEAD.encode(), "There are no rows"),
        (b"title,did,Title\na,b,c\n", "column “title” is there twice"),
        (b"did,themes\na,b\n", "needs a column “title”"),
        (b"title,did\na,b,c\n", "more cells than the first line"),
        (b"title,did\na\xff,b\n", "Save it as “CSV UTF-8”"),
        (b"title,did\na\x00,b\n", "Save it as “CSV UTF-8”"),
        (b"PK\x03\x04\x00\x00", "Save it as “CSV UTF-8”"),
        (HEAD.encode() + b"a,b,c\n" * 100_000, "at most 1000 rows"),
        (b"title\n" + b"x" * (3 * 1024 * 1024), "larger than 3 MB"),
        (b'title\n"' + b"x" * 200_000, "is not CSV that we can read|a very long one"),
        (b"[1, 2]", "needs a list of items"),
        (b'{"rows": []}', "needs a list of items"),
        (b"[" * 100_000, "not JSON"),
        (json.dumps([{"title": "x"}] * 1001).encode(), "at most 1000 rows"),
    ],
)
def test_a_file_we_cannot_take_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(Refused, match=sentence):
        exchange.read_file("experiences", content)


@pytest.mark.parametrize(
    "row",
    [
        {"title": 7},
        {"title": "x", "themes": [1]},
        {"title": "x", "themes": {"a": 1}},
        {"title": "x", "after": True},
        {"title": "x", "after": -1},
        {"title": "x", "after": "many"},
        {"title": "x", "did": "a\x00b"},
        {"title": "x", "effect_quality": 1.5},
    ],
)
def test_a_value_of_another_kind_is_refused(row):
    with pytest.raises(Refused):
        exchange.record_of("experiences", row)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ({"law": "be careful"}, "Write a legal note like this"),
        ({"related": "webcare"}, "Write a relation like this"),
        ({"is_group": "perhaps"}, "neither yes nor no"),
    ],
)
def test_a_cell_that_is_not_understood_says_how_it_is_written(cell, sentence):
    with pytest.raises(Refused, match=sentence):
        exchange.record_of("patterns", {"title": "x", **cell})


def test_columns_that_are_not_ours_and_those_that_lack_are_told():
    found = exchange.read_file("experiences", b"title,did,colour\na,b,red\n")

    assert found.unknown == ["colour"]
    assert "happened" in found.missing
    assert "number" not in found.missing
