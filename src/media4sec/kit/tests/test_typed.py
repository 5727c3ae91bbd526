"""What people type, read without trust."""

import pytest

from media4sec.kit import typed
from media4sec.kit.errors import Refused


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_a_number_is_read(text, number):
    assert typed.number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", " 7", "x", str(2**63), "9" * 5000])
def test_what_is_no_number_or_too_large_is_none(text):
    assert typed.number(text) is None


def test_a_bound_is_kept():
    assert (typed.number("9", most=9), typed.number("10", most=9)) == (9, None)


@pytest.mark.parametrize(("title", "sentence"), [("abc", "four letters"), ("x" * 31, "30 letters")])
def test_a_title_that_does_not_fit_says_why(title, sentence):
    with pytest.raises(Refused, match=sentence):
        typed.clean_title(title, most=30)


def test_a_title_is_one_line():
    assert typed.clean_title(" A\n title ") == "A title"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("  ", "Write a text first"), ("x" * 9, "has 9 characters"), ("x" * 300_000, "300000")],
)
def test_a_text_that_does_not_fit_says_why(body, sentence):
    with pytest.raises(Refused, match=sentence):
        typed.clean_body(body, most=8)
