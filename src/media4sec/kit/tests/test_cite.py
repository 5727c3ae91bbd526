"""References, correctly escaped whatever a title holds."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from media4sec.kit import cite

SOURCE = cite.Source(
    key="listening-2027",
    type="report",
    title="Listening, 100% & more",
    authors=("Okafor, Ada", "Police academy"),
    dated=date(2027, 3, 18),
    publisher="Community",
    number="R-4",
    edition="1.1",
    language="en",
    url="https://example.org/library/listening/",
)


def test_in_words():
    assert cite.plain(SOURCE) == (
        "Okafor, Ada & Police academy (2027). Listening, 100% & more. R-4, version 1.1. "
        "Community. https://example.org/library/listening/"
    )


def test_in_words_without_what_is_not_known():
    bare = replace(SOURCE, publisher="", number="", edition="", authors=("Academy",))

    assert cite.plain(bare) == (
        "Academy (2027). Listening, 100% & more. https://example.org/library/listening/"
    )


def test_bibtex_escapes_what_tex_would_obey():
    written = cite.bibtex(replace(SOURCE, title=r"50 $ & #1_{a}~^\input{x}"))

    assert written.startswith("@techreport{listening-2027,\n")
    assert (
        r"title = {{50 \$ \& \#1\_\{a\}\textasciitilde{}\textasciicircum{}"
        r"\textbackslash{}input\{x\}}}" in written
    )
    assert "author = {Okafor, Ada and {Police academy}}" in written
    braces = re.sub(r"\\[{}]", "", written)
    assert braces.count("{") == braces.count("}")


def test_an_organisation_with_and_in_its_name_stays_one():
    written = cite.bibtex(replace(SOURCE, authors=("Fire and rescue",)))

    assert "author = {{Fire and rescue}}" in written


def test_ris_is_a_tag_a_line_whatever_the_title_holds():
    written = cite.ris(replace(SOURCE, title="One\r\nER  - \nTY  - BOOK"))

    lines = written.split("\r\n")
    assert [line[:6] for line in lines[:-1]] == [
        *("TY  - ", "ID  - ", "AU  - ", "AU  - ", "TI  - ", "PY  - ", "DA  - ", "PB  - "),
        *("M1  - ", "ET  - ", "LA  - ", "UR  - ", "ER  - "),
    ]
    assert "TI  - One ER - TY - BOOK" in lines
    assert "\n" not in written.replace("\r\n", "")


def test_csl_names_people_and_organisations_apart():
    (item,) = json.loads(cite.csl(SOURCE))

    assert item["author"] == [{"family": "Okafor", "given": "Ada"}, {"literal": "Police academy"}]
    assert item["issued"] == {"date-parts": [[2027, 3, 18]]}
    assert item["URL"] == SOURCE.url


@pytest.mark.parametrize("kind", ["report", "guide", "brief", "paper", "checklist", "slides"])
def test_every_type_of_document_has_a_name_in_every_style(kind):
    source = replace(SOURCE, type=kind)

    assert cite.bibtex(source).startswith("@")
    assert cite.ris(source).startswith("TY  - ")
    assert json.loads(cite.csl(source))[0]["type"]
