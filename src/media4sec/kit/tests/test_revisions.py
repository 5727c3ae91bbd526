import time

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from media4sec.kit import revisions
from media4sec.kit.tests.things import a_thing


@pytest.mark.django_db
def test_earlier_versions_are_kept_in_order_and_per_thing():
    thing, other = a_thing(), a_thing()
    at = timezone.now()
    for version in (1, 2):
        revisions.keep(thing, title="T", body=f"Body {version}", version=version, at=at)
    revisions.keep(other, title="O", body="Other", version=1, at=at)

    assert [(each.version, each.body) for each in revisions.kept(thing)] == [
        (1, "Body 1"),
        (2, "Body 2"),
    ]


@pytest.mark.django_db
def test_with_a_thing_goes_how_it_once_read():
    thing, other = a_thing(), a_thing()
    for each in (thing, other):
        revisions.keep(each, title="", body="x", version=1, at=timezone.now())

    revisions.wipe(thing)

    assert revisions.kept(thing) == []
    assert len(revisions.kept(other)) == 1


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("same", "same", [("same", "same")]),
        ("", "", []),
        ("", "new", [("ins", "new")]),
        ("old", "", [("del", "old")]),
        (
            "We ask people to wait.",
            "We ask drivers to wait.",
            [
                ("same", "We ask "),
                ("del", "people"),
                ("ins", "drivers"),
                ("same", " to wait."),
            ],
        ),
        (
            "First line\nsecond\n",
            "First line\nnew\nsecond\n",
            [("same", "First line\n"), ("ins", "new\n"), ("same", "second\n")],
        ),
    ],
)
def test_a_change_is_shown_word_by_word(old, new, changes):
    assert revisions.compare(old, new) == changes


words = st.text(alphabet="ab \n.ä", max_size=60)


@settings(deadline=None, max_examples=60)
@given(words, words)
def test_both_versions_can_be_read_from_the_change(old, new):
    changes = revisions.compare(old, new)

    assert "".join(text for way, text in changes if way != "ins") == old
    assert "".join(text for way, text in changes if way != "del") == new


def _again(rhythm, length, between):
    """Words that come again and again, each time a little displaced."""
    return between.join(f"w{number % rhythm}" for number in range(length))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 50_000, "b " * 50_000),
        ("\n" * 100_000, "a\n" * 50_000),
        (
            " ".join(f"w{n % 97}" for n in range(20_000)),
            " ".join(f"w{n % 89}" for n in range(20_000)),
        ),
        (
            "\n".join(f"w{n % 97}" for n in range(1_400)),
            "\n".join(f"w{n % 89}" for n in range(1_400)),
        ),
    ],
    ids=["words", "lines", "many words", "many lines"],
)
def test_long_texts_are_compared_soon(old, new):
    started = time.process_time()

    changes = revisions.compare(old, new)

    assert time.process_time() - started < 2
    assert "".join(text for way, text in changes if way != "ins") == old
    assert "".join(text for way, text in changes if way != "del") == new


def test_in_a_long_text_the_changed_passage_is_still_found():
    lines = [f"line {number}\n" for number in range(5_000)]
    edited = [*lines[:2_000], "new\n", *lines[2_001:]]

    changes = revisions.compare("".join(lines), "".join(edited))

    assert changes == [
        ("same", "".join(lines[:2_000])),
        ("del", "line 2000\n"),
        ("ins", "new\n"),
        ("same", "".join(lines[2_001:])),
    ]
