"""The table "Through which door" of spec/sharing.md, cell by cell."""

from dataclasses import fields

import pytest
from django.utils import timezone

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Door, Extent, Label, extent
from media4sec.kit.refs import Ref

WHOLE, TITLE, HINT, NOTHING = Extent.FULL, Extent.TITLE, Extent.HINT, Extent.NOTHING
TABLE = {
    #                   CLEAR  GREEN    AMBER    STRICT   RED
    Door.PAGE: (WHOLE, WHOLE, WHOLE, WHOLE, WHOLE),
    Door.SEARCH: (WHOLE, WHOLE, WHOLE, TITLE, NOTHING),
    Door.MAIL: (WHOLE, WHOLE, TITLE, HINT, HINT),
    Door.JSON: (WHOLE, WHOLE, WHOLE, NOTHING, NOTHING),
    Door.EXPORT: (WHOLE, WHOLE, WHOLE, NOTHING, NOTHING),
    Door.PUBLIC: (WHOLE, NOTHING, NOTHING, NOTHING, NOTHING),
    Door.SHARED_CACHE: (WHOLE, NOTHING, NOTHING, NOTHING, NOTHING),
}
CELLS = [
    (door, label, passes)
    for door, row in TABLE.items()
    for label, passes in zip(Label, row, strict=True)
]
#: What each extent lets out beside what says nothing (ref, label, attribution, at).
WORDS = {"title", "text", "html", "url", "author", "author_id"}
FACTS = {"circle_id", "themes", "face", "language", "reader_ids"}
OUT = {
    WHOLE: WORDS | FACTS,
    TITLE: WORDS - {"text", "html"} | FACTS,
    HINT: {"circle_id"},
}


def an_entry(label):
    return Entry(
        ref=Ref("rooms.thing", 7),
        title="A title",
        text="A text",
        html="<p>A text</p>",
        url="/t/7/a-title/",
        label=label,
        attribution=Attribution.NAMED,
        author="Anna",
        author_id=3,
        at=timezone.now(),
        circle_id=5,
        themes=(1,),
        face="good",
        language="nl",
        reader_ids=(9,),
    )


def says(entry):
    return {each.name for each in fields(entry) if getattr(entry, each.name)} & (WORDS | FACTS)


def test_the_table_is_whole():
    assert set(TABLE) == set(Door)


@pytest.mark.parametrize(("door", "label", "passes"), CELLS)
def test_the_marking_answers_as_the_table(door, label, passes):
    assert extent(label, door) is passes


@pytest.mark.parametrize(("door", "label", "passes"), CELLS)
def test_an_entry_leaves_through_a_door_with_no_more_than_may_pass(door, label, passes):
    entry = an_entry(label)

    out = entry.through(door)

    if passes is NOTHING:
        assert out is None
    else:
        hides_circle = label is Label.RED and passes is HINT
        assert says(out) == OUT[passes] - ({"circle_id"} if hides_circle else set())
        assert (out.ref, out.label) == (entry.ref, entry.label)


@pytest.mark.parametrize("door", Door)
def test_no_door_lets_more_of_a_narrower_label_pass(door):
    passing = [extent(label, door) for label in Label]

    assert passing == sorted(passing, reverse=True)


@pytest.mark.parametrize("label", ["AMBER", "", "tlp:clear", "TLP:WHITE"])
def test_an_unknown_label_passes_no_door(label):
    with pytest.raises(ValueError, match="is not a valid Label"):
        extent(label, Door.PAGE)
