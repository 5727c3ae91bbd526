"""The two promises of sharing.md that need no database: labels, and five behind every name."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media4sec.kit.marking import (
    K_ANONYMITY,
    Attribution,
    Description,
    Door,
    Extent,
    Label,
    describe_speaker,
    draw_number,
    extent,
    narrower,
    within_ceiling,
)

GROUPS = ["", "police", "research", "policy"]
COUNTRIES = ["", "NL", "BE", "FR"]
people = st.tuples(st.sampled_from(GROUPS), st.sampled_from(COUNTRIES))
crowds = st.dictionaries(people, st.integers(1, 9), max_size=12)
NOTHING_SAID = Description("", "")


def described(crowd, heard=None):
    """Description → how many of those still silent would carry it."""
    shared = {}
    for (group, country), count in crowd.items():
        said = describe_speaker(group, country, crowd=crowd, heard=heard)
        shared[said] = shared.get(said, 0) + count
    return shared


@given(crowds)
def test_at_least_five_share_exactly_what_is_said(crowd):
    for said, count in described(crowd).items():
        if said != NOTHING_SAID:
            assert count >= K_ANONYMITY


@given(crowds)
def test_nobody_is_found_by_taking_away_all_others(crowd):
    shared = described(crowd)

    left = shared.pop(NOTHING_SAID, 0)

    # Fewer than five hide as "a member" only when nobody is left to hide among.
    assert left == 0 or left >= K_ANONYMITY or not shared


@given(crowds)
def test_what_is_said_is_true(crowd):
    for group, country in crowd:
        said = describe_speaker(group, country, crowd=crowd)
        assert said.group in {"", group}
        assert said.country in {"", country}
        assert said.group or not said.country


@given(st.lists(people, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_everybody_is_described_by_one_rule_whatever_order_the_crowd_is_counted_in(town, dice):
    crowd = {each: town.count(each) for each in town}
    shuffled = list(crowd.items())
    dice.shuffle(shuffled)

    for group, country in crowd:
        assert describe_speaker(group, country, crowd=crowd) == describe_speaker(
            group, country, crowd=dict(shuffled)
        )


@given(st.lists(people, min_size=1, max_size=40), st.data())
def test_five_stay_behind_every_description_while_people_come_and_speak(town, data):
    """Descriptions are frozen, the crowd is not: a latecomer must not stand alone."""
    here = data.draw(st.integers(1, len(town)))
    frozen = {}
    for arrived in range(here, len(town) + 1):
        silent = [each for each in range(arrived) if each not in frozen]
        if not silent:
            continue
        speaker = data.draw(st.sampled_from(silent))
        crowd = tally(town[each] for each in silent)
        heard = tally((said.group, said.country) for said in frozen.values())

        said = describe_speaker(*town[speaker], crowd=crowd, heard=heard)

        shared = described(crowd, heard)
        behind = shared[said] + heard.get((said.group, said.country), 0)
        assert behind >= K_ANONYMITY or set(shared) == {NOTHING_SAID}
        frozen[speaker] = said


def tally(cells):
    counts = {}
    for each in cells:
        counts[each] = counts.get(each, 0) + 1
    return counts


@pytest.mark.parametrize(
    ("crowd", "said"),
    [
        ({("police", "NL"): 5}, Description("police", "NL")),
        ({("police", "NL"): 4, ("police", "BE"): 1}, Description("police", "")),
        ({("police", "NL"): 4, ("research", "NL"): 9}, NOTHING_SAID),
        # One Belgian alone without a country would be no riddle: the Dutch keep quiet about theirs.
        ({("police", "NL"): 5, ("police", "BE"): 1}, Description("police", "")),
        # The same among groups: the lone researcher needs company as "a member".
        ({("police", "NL"): 5, ("research", "NL"): 1}, NOTHING_SAID),
    ],
)
def test_a_dutch_officer_is_described_as_far_as_five_share_it(crowd, said):
    assert describe_speaker("police", "NL", crowd=crowd) == said


def test_a_latecomer_does_not_stand_alone_beside_those_who_were_frozen():
    heard = {("police", "NL"): 5}

    said = describe_speaker(
        "police", "BE", crowd={("police", "BE"): 1, ("research", "NL"): 6}, heard=heard
    )

    assert said == NOTHING_SAID


@given(st.sets(st.integers(1, 999)))
def test_a_number_is_drawn_once(taken):
    assert draw_number(taken) not in taken


def test_numbers_do_not_tell_who_came_first():
    drawn = [draw_number(set(), dice=random.Random(seed)) for seed in range(40)]

    assert set(drawn) == set(range(1, 10))


def test_the_doors_are_as_published():
    full, title, hint, nothing = Extent.FULL, Extent.TITLE, Extent.HINT, Extent.NOTHING
    table = {door: [extent(label, door) for label in Label] for door in Door}

    assert table == {
        Door.PAGE: [full, full, full, full, full],
        Door.SEARCH: [full, full, full, title, nothing],
        Door.MAIL: [full, full, title, hint, hint],
        Door.JSON: [full, full, full, nothing, nothing],
        Door.EXPORT: [full, full, full, nothing, nothing],
        Door.PUBLIC: [full, nothing, nothing, nothing, nothing],
        Door.SHARED_CACHE: [full, nothing, nothing, nothing, nothing],
    }


@given(st.lists(st.sampled_from(Label), min_size=1))
def test_the_narrowest_label_wins(labels):
    chosen = narrower(*labels)

    assert all(within_ceiling(chosen, each) for each in labels)
    assert chosen in labels


@pytest.mark.parametrize("fact", [*Label, *Attribution])
def test_every_choice_is_explained_in_a_sentence(fact):
    assert fact.sentence.endswith(".")
