"""Templates receive finished values: no queries, nothing inline, every picture described."""

import re
from pathlib import Path

import pytest

import media4sec

HOUSE = Path(media4sec.__file__).parent
TEMPLATES = sorted(HOUSE.rglob("templates/**/*.html"))

#: What would ask the database, or who may what, in the middle of a page.
QUERY = re.compile(r"{[{%][^}]*\.(all|exists|filter|get_queryset|objects|[a-z]+_set|has_perm)\b")
#: The same words, unless they belong to a finished value that has a count, a first or a last.
FINISHED = ("bar", "face", "page", "results", "tally", "voice", "item", "card")
COUNT = re.compile(rf"{{[{{%][^}}]*?\b(?!(?:{'|'.join(FINISHED)})\.)\w+\.(count|first|last)\b")
INLINE = re.compile(
    r"""<style\b|<[^>]*\sstyle=|<[^>]*\son[a-z]+=["']|<script(?![^>]*\s(?:src=|type="application/ld\+json"))|href=["']javascript:""",
    re.IGNORECASE,
)
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ELSEWHERE = re.compile(r"""<(script|link|img|iframe|source)\b[^>]*(src|href)=["'](https?:)?//""")
#: An Entry and a thing behind the glass have a name there; anything else has a member.
AUTHOR = re.compile(r"{[{%][^}]*(?<!entry)(?<!sealed)\.author\b")

each_template = pytest.mark.parametrize(
    "text",
    [path.read_text("utf-8") for path in TEMPLATES],
    ids=[str(path.relative_to(HOUSE)) for path in TEMPLATES],
)


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group(0) for match in pattern.finditer(text)]


def test_there_are_templates():
    assert len(TEMPLATES) > 20


@each_template
def test_a_template_asks_the_database_nothing(text):
    assert lines_with(QUERY, text) + lines_with(COUNT, text) == []


@each_template
def test_nothing_is_inline_so_that_the_policy_can_be_strict(text):
    assert lines_with(INLINE, text) == []


@each_template
def test_every_picture_says_what_it_shows(text):
    assert [tag for tag in lines_with(PICTURE, text) if "alt=" not in tag] == []


@each_template
def test_nothing_comes_from_another_site(text):
    assert lines_with(ELSEWHERE, text) == []


@each_template
def test_a_template_knows_bylines_not_authors(text):
    assert lines_with(AUTHOR, text) == []


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (QUERY, "{% for reply in topic.replies.all %}"),
        (COUNT, "{{ circle.memberships.count }}"),
        (COUNT, "{% if topic.replies.first %}"),
        (INLINE, '<p class="x" style="color: red">'),
        (INLINE, '<button type="button" onclick="go()">'),
        (INLINE, "<script>go()</script>"),
        (ELSEWHERE, '<script src="https://cdn.example/x.js">'),
        (AUTHOR, "{{ topic.author }}"),
    ],
)
def test_the_detectors_detect(pattern, bad):
    assert lines_with(pattern, bad)
