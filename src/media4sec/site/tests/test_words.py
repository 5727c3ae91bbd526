"""Words as search knows them."""

import pytest

from media4sec.site import words

ANY = words.Finder(frozenset({"cordon", "phone"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe"),
        ("ÜBERWACHUNG", "uberwachung"),
        ("København", "kobenhavn"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Αθήνας", "αθηνας"),
        ("streams", "stream"),
        ("cities", "city"),
    ],
)
def test_case_accents_and_plural_make_no_difference(one, other):
    assert words.key(one) == words.key(other)


@pytest.mark.parametrize("word", ["police", "press", "bus", "crisis", "this"])
def test_what_only_looks_like_a_plural_is_left_alone(word):
    assert words.key(word) == word


def test_a_question_is_read_as_words_and_phrases():
    asked = words.read('Live "missing persons" e-mail')

    assert asked.phrases == (("missing", "person"), ("live",), ("e",), ("mail",))


def test_filling_words_do_not_count_unless_there_is_nothing_else():
    assert words.read("how do you stop the streams").phrases == (("stop",), ("stream",))
    assert words.read("how do you").phrases == (("how",), ("do",), ("you",))


def test_a_phrase_keeps_its_filling_words():
    assert words.read('"wait for the police"').phrases == (("wait", "for", "the", "police"),)


def test_a_question_has_ten_words_at_most():
    assert len(words.read(" ".join(f"word{number}" for number in range(40))).phrases) == 10


@pytest.mark.parametrize("text", ["", '""', '"', "… !? *", "\ue000\ue001", "' OR 1=1 --'"])
def test_what_is_no_word_asks_for_nothing_harmful(text):
    for phrase in words.read(text).phrases:
        assert all(word.isalnum() for word in phrase)


def test_the_words_found_are_marked_and_everything_else_is_escaped():
    html = words.mark("<b>Cordons</b> & phones", ANY)

    assert html == "&lt;b&gt;<mark>Cordons</mark>&lt;/b&gt; &amp; <mark>phones</mark>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two cities, one city, a citizen", ["cities", "city"]),
        ("Zwei Städte und CITIES", ["CITIES"]),
        ("cit and citys", ["citys"]),
    ],
)
def test_a_finder_knows_singular_and_plural_in_any_text(text, found):
    finder = words.Finder(frozenset({"city"}))

    assert [text[start:stop] for start, stop in finder.spans(text)] == found


def test_a_finder_of_beginnings_finds_what_goes_on():
    finder = words.Finder(frozenset({"phone"}), beginnings=frozenset({"stre"}))

    text = "Streaming phones in the street"

    assert [text[start:stop] for start, stop in finder.spans(text)] == [
        "Streaming",
        "phones",
        "street",
    ]


def test_an_excerpt_shows_the_stretch_with_the_most_words():
    text = "A phone rang. " + "Nothing happened. " * 40 + "At the cordon every phone went down."

    html = words.excerpt(text, ANY)

    assert "<mark>cordon</mark> every <mark>phone</mark>" in html
    assert html.startswith("… ")
    assert len(html) < 300


def test_an_excerpt_of_a_text_without_spaces_ends_somewhere():
    assert len(words.excerpt("x" * 100_000, ANY)) < 300
