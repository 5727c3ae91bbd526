"""Counting by facets, against the plain way of counting."""

from hypothesis import given
from hypothesis import strategies as st

from media4sec.patterns.facets import Index

COLOURS, SIZES = ["red", "green", "blue"], ["s", "m", "l"]
values = st.fixed_dictionaries(
    {
        "colour": st.lists(st.sampled_from(COLOURS), unique=True),
        "size": st.lists(st.sampled_from(SIZES), min_size=1, max_size=1),
    }
)
choices = st.fixed_dictionaries(
    {
        "colour": st.lists(st.sampled_from([*COLOURS, "unknown"]), unique=True),
        "size": st.lists(st.sampled_from(SIZES), unique=True),
    }
)


def index_of(things):
    index = Index()
    for key, said in enumerate(things, start=1):
        index.put(key, said, {"rank": len(said["colour"])})
    return index


def fits(said, choice, but=""):
    return all(
        not names or facet == but or set(names) & set(said[facet])
        for facet, names in choice.items()
    )


@given(st.lists(values, max_size=40), choices)
def test_counts_are_those_of_counting_one_by_one(things, choice):
    index = index_of(things)

    for facet in ("colour", "size"):
        plain = {}
        for said in things:
            for name in said[facet]:
                if fits(said, choice, but=facet):
                    plain[name] = plain.get(name, 0) + 1
        assert index.counts(facet, choice, index.there) == plain
    assert index.chosen(choice, index.there).bit_count() == sum(fits(x, choice) for x in things)


@given(st.lists(values, min_size=1, max_size=30), st.data())
def test_a_thing_that_changed_is_what_it_became(things, data):
    index = index_of(things)
    key = data.draw(st.integers(1, len(things)))
    became = data.draw(values)

    index.put(key, became, {"rank": 0})
    things[key - 1] = became

    for facet in ("colour", "size"):
        assert index.counts(facet, {}, index.there) == index_of(things).counts(
            facet, {}, (1 << len(things)) - 1
        )


def test_what_was_taken_out_is_counted_nowhere():
    index = index_of([{"colour": ["red"], "size": ["s"]}, {"colour": ["red"], "size": ["m"]}])

    index.take_out(1)
    index.take_out(7)

    assert index.counts("colour", {}, index.there) == {"red": 1}
    assert index.of([1, 2, 3]) == index.of([2])


def test_only_what_may_be_seen_is_counted():
    index = index_of([{"colour": ["red"], "size": ["s"]}] * 3)

    assert index.counts("colour", {}, index.of([2])) == {"red": 1}


def test_pages_are_sorted_and_do_not_overlap():
    index = Index()
    for key, rank in ((11, 5), (12, 1), (13, 5), (14, None), (15, 3)):
        index.put(key, {}, {"places": rank} if rank else {})

    assert index.page(index.there, "-places", 0, 10) == [13, 11, 15, 12, 14]
    assert index.page(index.there, "places", 0, 10)[:2] == [12, 15]
    assert index.page(index.there, "-places", 2, 2) == [15, 12]
    assert index.page(index.of([12, 13]), "-places", 0, 10) == [13, 12]


def test_a_new_thing_takes_its_place_in_the_order():
    index = Index()
    index.put(1, {}, {"at": 1})
    index.page(index.there, "-at", 0, 5)

    index.put(2, {}, {"at": 2})

    assert index.page(index.there, "-at", 0, 5) == [2, 1]


@given(st.lists(values, max_size=10))
def test_what_a_thing_is_can_be_asked_back(things):
    index = index_of(things)
    index.take_out(1)

    for key, said in enumerate(things, start=1):
        is_gone = key == 1
        found = {facet: sorted(names) for facet, names in index.values_of(key).items() if names}
        assert found == (
            {} if is_gone else {f: sorted(names) for f, names in said.items() if names}
        )
    assert index.values_of(99) == {}
