"""The provisions our texts name."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from media4sec.kit import law


def test_every_provision_has_a_place_and_says_something():
    known = law.provisions()

    assert len(known) > 100
    assert all(each.place and each.says for each in known.values())
    assert len({each.name for each in known.values()}) == len(known)


def test_what_a_provision_says_is_one_or_two_short_sentences():
    for each in law.provisions().values():
        assert re.fullmatch(r"“?[A-Z].*\.", each.says), each.key
        assert 1 <= len(re.findall(r"\.(?: |$)", each.says)) <= 2, each.key
        assert len(each.says.split()) <= 45, each.key


@pytest.mark.parametrize(
    ("key", "name", "celex"),
    [
        ("CFR.11", "EU Charter, Article 11", "12016P/TXT"),
        ("LED.10", "Directive (EU) 2016/680, Article 10", "32016L0680"),
        ("PRES.4", "Directive (EU) 2016/343, Article 4(1) and (3)", "32016L0343"),
    ],
)
def test_a_provision_is_cited_and_found(key, name, celex):
    found = law.provision(key)

    assert found.name == name
    assert found.url.endswith(f"CELEX:{celex}")


def test_a_judgment_stands_for_itself():
    found = law.provision("C.345")

    assert found.name == "CJEU C-345/17 Buivids, 14 Feb 2019"
    assert found.url == ""


def test_what_applies_later_says_so_until_it_does():
    found = law.provision("AIA.27")

    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC)):
        assert found.begins_later == date(2027, 12, 2)
        assert found.sentence == f"{found.says} This applies from 2 December 2027."
    with time_machine.travel(datetime(2027, 12, 2, tzinfo=UTC)):
        assert found.begins_later is None
        assert found.sentence == found.says


def test_an_unknown_key_is_none():
    assert law.provision("LED.999") is None
