"""What comes with the software: loaded once, and refreshed until members take it over."""

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.kit.errors import Refused
from media4sec.kit.themes import load_themes
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import content, services
from media4sec.patterns.card import Card, Note, Source, check
from media4sec.patterns.models import Pattern, PatternRelation
from media4sec.patterns.tests.factories import card, publish, sheet


@pytest.fixture
def loaded(db):
    load_themes()
    return content.load_content()


def test_loading_twice_changes_nothing(loaded):
    before = list(Pattern.objects.values_list("slug", "version", "ticked"))

    assert len(loaded) == len(before) == len(content.shipped())
    assert content.load_content() == []
    assert list(Pattern.objects.values_list("slug", "version", "ticked")) == before


def test_all_the_names_of_the_project_are_there(loaded):
    assert Pattern.objects.filter(origin="project").count() == 49
    assert Pattern.objects.filter(origin="community").count() == 15
    assert PatternRelation.objects.count() == len(content.shipped_relations())


def test_a_changed_file_is_a_new_version(loaded, monkeypatch):
    texts = content.shipped()
    texts[0].head["summary"] = "Another sentence."
    monkeypatch.setattr(content, "shipped", lambda: texts)

    done = content.load_content()

    pattern = Pattern.objects.get(slug=texts[0].slug)
    assert done == [f"pattern refreshed: {pattern.title}"]
    assert (pattern.version, pattern.summary) == (2, "Another sentence.")
    assert pattern.versions.get(number=1).content["summary"] != "Another sentence."


def test_what_members_took_over_is_left_alone(loaded, monkeypatch):
    texts = content.shipped()
    Pattern.objects.filter(slug=texts[0].slug).update(is_starter=False)
    texts[0].head["summary"] = "Another sentence."
    monkeypatch.setattr(content, "shipped", lambda: texts)

    assert content.load_content() == []


def test_nothing_is_loaded_before_there_are_themes(db):
    assert content.load_content() == []


# Cards


def test_a_card_comes_back_from_json_as_it_went():
    assert Card.read(card().kept()) == card()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"context": "Too short."}, "two or three sentences"),
        ({"therefore": "Do it."}, "in one sentence what to do"),
        ({"steps": ()}, "in one step at least"),
        ({"forces": tuple(f"Force {n}." for n in range(13))}, "Keep it to 12 forces"),
        ({"law": (Note("maybe", "x"),)}, "a never, a care or an allowed"),
        ({"law": (Note("never", "x", ("LED.999",)),)}, "do not know the provision LED.999"),
        ({"sources": (Source("x", "javascript:alert(1)"),)}, "begins with https"),
    ],
)
def test_a_card_that_is_not_complete_says_what_is_missing(changed, sentence):
    with pytest.raises(Refused, match=sentence):
        check(card(**changed))


def test_empty_lines_are_no_forces():
    assert check(card(forces=("  ", "Speed helps.\n", ""))).forces == ("Speed helps.",)


# Who may


def test_only_editors_publish(db):
    with pytest.raises(PermissionDenied):
        services.publish_starter(sheet(), by=MemberFactory())
    pattern = publish()
    with pytest.raises(PermissionDenied):
        services.publish_version(pattern, sheet(), by=MemberFactory(), changes="x")
