import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.kit.models import Activity, Theme
from media4sec.kit.paging import Page, keyset_page

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


def happen(*minutes):
    """Something happens at each of these minutes; keys by order of writing."""
    return [
        Activity.objects.create(verb="did", subject_kind="a.b", subject_id=1, at=at).pk
        for at in (NOON + timedelta(minutes=each) for each in minutes)
    ]


def page(size=3, **marks):
    return keyset_page(Activity.objects.all(), by="at", size=size, **marks)


def keys(found):
    return [row.pk for row in found]


def test_pages_lead_from_the_newest_to_the_oldest_and_back():
    pks = happen(*range(8))

    first = page()
    second = page(before=first.older)
    third = page(before=second.older)

    assert [keys(each) for each in (first, second, third)] == [
        [pks[7], pks[6], pks[5]],
        [pks[4], pks[3], pks[2]],
        [pks[1], pks[0]],
    ]
    assert (first.newer, third.older) == ("", "")
    assert keys(page(after=third.newer)) == keys(second)
    assert keys(page(after=second.newer)) == keys(first)
    assert page(after=second.newer).newer == ""
    assert keys(page(before=page(after=third.newer).older)) == keys(third)


def test_rows_of_the_same_moment_are_neither_skipped_nor_shown_twice():
    pks = happen(5, 1, 5, 5, 5, 9, 5, 5)

    seen, mark = [], ""
    while True:
        found = page(size=2, before=mark)
        seen += keys(found)
        mark = found.older
        if not mark:
            break

    assert seen == [pks[5], *sorted((pks[0], *pks[2:5], *pks[6:]), reverse=True), pks[1]]


def test_pages_stand_still_while_rows_arrive_and_go():
    pks = happen(*range(9))
    first = page()

    happen(10, 11)
    Activity.objects.filter(pk=first.rows[-1].pk).delete()
    second = page(before=first.older)

    assert keys(second) == [pks[5], pks[4], pks[3]]


def test_what_arrived_meanwhile_is_found_on_the_way_back():
    happen(*range(6))
    second = page(before=page().older)
    new = happen(10, 11)

    back = page(after=second.newer)
    top = page(after=back.newer)

    assert len(back) == 3
    assert keys(top)[:2] == new[::-1]
    assert len(top) == 3, "the beginning is a full page"
    assert top.newer == ""


def test_what_lies_beyond_the_last_row_is_the_beginning():
    pks = happen(1, 2, 3, 4)
    last = page(before=page().older)
    end = page(before=_mark(NOON.isoformat(), 0))

    assert keys(last) == [pks[0]]
    assert keys(end) == pks[:0:-1]


def test_no_rows_are_an_empty_page():
    found = page()

    assert (keys(found), len(found), found.older, found.newer) == ([], 0, "", "")


def test_rows_of_exactly_one_page_have_no_next():
    happen(1, 2, 3)

    assert page().older == ""


def _mark(*content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "mark",
    [
        "x",
        "%%%",
        "ä",
        "\x00",
        "A" * 5_000,
        "bnVsbA",
        _mark(),
        _mark(1),
        _mark("2026-01-01T00:00:00+00:00"),
        _mark("2026-01-01T00:00:00", 5),
        _mark("0001-01-01T00:00:00+23:59", 5),
        _mark("yesterday", 5),
        _mark(None, 5),
        _mark(["2026-01-01T00:00:00+00:00"], 5),
        _mark("2026-01-01T00:00:00+00:00", "5; DROP TABLE"),
        _mark("2026-01-01T00:00:00+00:00", True),
        _mark("2026-01-01T00:00:00+00:00", 2**80),
        _mark("2026-01-01T00:00:00+00:00", 1e400),
        _mark("2026-01-01T00:00:00+00:00", 1, 2),
        base64.urlsafe_b64encode(b"[" * 600).decode(),
    ],
)
@pytest.mark.parametrize("way", ["before", "after"])
def test_a_mark_that_makes_no_sense_gives_the_first_page(mark, way):
    pks = happen(*range(5))

    assert keys(page(**{way: mark})) == pks[:1:-1]


@pytest.mark.parametrize(("by", "nonsense"), [("position", "five"), ("title", 5)])
def test_other_columns_lead_too(by, nonsense):
    for number in range(7):
        Theme.objects.create(slug=f"t{number}", title=f"T{number // 2}", position=number // 2)
    expected = list(Theme.objects.order_by(f"-{by}", "-pk"))

    first = keyset_page(Theme.objects.all(), by=by, size=3)
    second = keyset_page(Theme.objects.all(), by=by, size=3, before=first.older)
    lost = keyset_page(Theme.objects.all(), by=by, size=3, before=_mark(nonsense, 3))

    assert [*first, *second] == expected[:6]
    assert list(lost) == list(first)


@pytest.mark.parametrize("count", [1, 10])
def test_a_page_is_one_query(count, django_assert_num_queries):
    happen(*range(count))

    with django_assert_num_queries(1):
        first = page()
    if first.older:
        with django_assert_num_queries(1):
            page(before=first.older)


def test_a_page_is_a_list_of_rows():
    assert list(Page(rows=[1, 2], older="", newer="")) == [1, 2]
