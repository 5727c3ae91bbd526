"""Wilson's interval, against figures one can look up and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media4sec.patterns.figures import wilson


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (4, 6, 0.3000, 0.9032),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
    ],
)
def test_it_agrees_with_published_figures(hits, tries, low, high):
    assert wilson(hits, tries) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500).flatmap(lambda tries: st.tuples(st.integers(0, tries), st.just(tries))))
def test_the_share_lies_within_and_the_interval_among_shares(counts):
    hits, tries = counts
    low, high = wilson(hits, tries)

    assert 0 <= low <= high <= 1
    assert tries == 0 or low <= hits / tries + 1e-12
    assert tries == 0 or hits / tries <= high + 1e-12


@given(st.integers(1, 200), st.integers(2, 20))
def test_more_of_the_same_narrows_it(tries, times):
    few, many = wilson(tries // 2, tries), wilson(tries // 2 * times, tries * times)

    assert many[1] - many[0] < few[1] - few[0] + 1e-12


def test_more_hits_than_tries_are_refused():
    with pytest.raises(ValueError, match="as many hits"):
        wilson(2, 1)
