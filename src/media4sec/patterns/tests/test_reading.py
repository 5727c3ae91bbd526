"""The pages of patterns: what they say, what they cost, what they never say."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import Judgement, Pattern, PatternRelation
from media4sec.patterns.queries.history import history_page
from media4sec.patterns.tests.factories import (
    ExperienceFactory,
    card,
    proposal_in_review,
    publish,
    sheet,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/patterns/one-voice-per-incident/"


def page_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_pattern_says_all_of_its_card(client):
    publish()

    page = page_of(client)

    for words in (
        "One voice per incident",
        "<strong>nobody</strong> knows which one",
        "Therefore, name one account",
        "Haste harms.",
        "<strong>Name it.</strong> Write down who speaks.",
        "One voice can be wrong, too.",
        "imply that somebody is guilty.",
        "A report",
        "Starter text, waiting for your experience.",
        "Nobody has told us yet.",
    ):
        assert words in page


def test_a_legal_note_leads_to_the_official_text(client):
    publish()

    page = page_of(client)

    assert "<b>Never</b>" in page
    assert "Directive (EU) 2016/343, Article 4(1) and (3)" in page
    assert "CELEX:32016L0343" in page


def test_what_members_typed_is_no_html(client):
    publish(
        card=card(steps=("**A.** <script>alert(1)</script>",), context="x" * 40 + "<img src=x>")
    )

    page = page_of(client)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_judgements_stand_beside_each_other_each_with_its_reason(client):
    pattern = publish()
    for face, group, because in (
        ("good", "law_enforcement", "It is quick."),
        ("ugly", "community", "It hides who decides."),
    ):
        Judgement.objects.create(
            pattern=pattern, face=face, group=group, because=because, at=timezone.now()
        )
    services.keep_beside([pattern])

    page = page_of(client)

    assert page.index("It is quick.") < page.index("It hides who decides.")
    assert "Local community" in page


@pytest.mark.parametrize(
    ("how", "there", "back"),
    [
        ("before", "Use before", "Use after"),
        ("instead", "Use instead of", "Avoid: use this instead"),
        ("specialises", "A special case of", "Has this special case"),
        ("with", "Use together", "Use together"),
    ],
)
def test_a_relation_is_read_from_both_ends(client, how, there, back):
    pattern, other = publish(), publish("Answer the rumour early")
    PatternRelation.objects.create(source=pattern, how=how, target=other, because="It helps.")
    services.keep_beside([pattern, other])

    assert there in page_of(client)
    assert back in page_of(client, "/patterns/answer-the-rumour-early/")


# Versions


def test_every_version_stays_at_its_own_address(client):
    pattern = publish()
    services.publish_version(
        pattern,
        sheet(card=card(therefore="Therefore, say it twice in plain words.")),
        by=THE_HOUSE,
        changes="Twice is better.",
    )

    assert "say it twice" in page_of(client)
    old = page_of(client, f"{ADDRESS}v1/")
    assert "name one account that speaks first." in old
    assert "This is an older version." in old
    assert "say it twice" in page_of(client, f"{ADDRESS}v2/")
    assert client.get(f"{ADDRESS}v3/").status_code == 404


def test_the_history_shows_what_a_version_changed(client):
    pattern = publish()
    services.publish_version(
        pattern, sheet(card=card(forces=("Speed helps.",))), by=THE_HOUSE, changes="One force less."
    )

    history = page_of(client, f"{ADDRESS}history/")

    assert "One force less." in history
    assert "<del>" in history
    assert "Haste harms." in history


def known(evidence, effect, quality=1):
    box = {"says": effect, "quality": quality, "sources": ["Our own count"]}
    return {"evidence": evidence, "emmie": {"effect": box}}


def published_as(pattern, **changed):
    """The next version of a pattern, as an editor shares it."""
    proposal = proposal_in_review(pattern=pattern, title=pattern.title, **changed)
    return services.publish_shared(proposal, by=MemberFactory(is_editor=True))


def test_a_version_keeps_what_was_known_when_it_was_published(client):
    pattern = published_as(publish(), **known(1, "Fewer calls, they say."))
    published_as(pattern, **known(4, "Half as many calls.", quality=3))

    first, second, third = (page_of(client, f"{ADDRESS}v{number}/") for number in (1, 2, 3))

    assert "Nobody had recorded any evidence here when this version was published." in first
    assert "Fewer calls, they say." in second
    assert "A story" in second
    assert "Half as many calls." not in second
    assert "Half as many calls." in third
    assert "Independent evaluation" in third


def test_the_comparison_tells_how_the_evidence_changed(client):
    pattern = published_as(publish(), **known(1, "Fewer calls."))
    published_as(pattern, **known(4, "Fewer calls.", quality=3))

    newest, first = history_page(pattern).changes

    said = {each.title: (plain(each.old), plain(each.new)) for each in newest.evidence}
    assert said == {
        "How it is known": ("A story", "Independent evaluation"),
        "Effect": (
            "Fewer calls. Experience only Our own count",
            "Fewer calls. Moderate Our own count",
        ),
    }
    assert [each.title for each in first.evidence] == ["How it is known", "Effect"]
    assert "<del>Experience" in page_of(client, f"{ADDRESS}history/")


@pytest.mark.parametrize("style", ["bibtex", "ris", "csl"])
def test_a_reference_tells_how_well_its_version_was_known(client, style):
    pattern = published_as(publish(), **known(1, "Fewer calls."))
    published_as(pattern, **known(4, "Half as many calls."))

    old, new = (page_of(client, f"{ADDRESS}v{number}/cite/{style}/") for number in (2, 3))

    assert "How it is known: A story" in old
    assert "How it is known: Independent evaluation" in new


def test_a_new_title_is_told_to_the_pages_that_name_it(client):
    pattern, other = publish(), publish("Answer the rumour early")
    PatternRelation.objects.create(source=pattern, how="with", target=other)
    services.keep_beside([pattern, other])

    services.publish_version(
        other, sheet("Answer it early", slug=other.slug), by=THE_HOUSE, changes="Shorter name."
    )

    assert "Answer it early" in page_of(client)


@pytest.mark.parametrize("style", ["bibtex", "ris", "csl"])
def test_a_version_is_cited_at_the_address_that_stays(client, settings, style):
    publish()

    response = client.get(f"{ADDRESS}v1/cite/{style}/")

    said = response.content.decode()
    assert f"{settings.SITE_URL}{ADDRESS}v1/" in said
    assert "One voice per incident" in said
    assert "attachment" in response["Content-Disposition"]
    if style == "csl":
        assert json.loads(said)[0]["edition"] == "1"


def test_an_unknown_way_to_cite_is_not_there(client):
    publish()

    assert client.get(f"{ADDRESS}v1/cite/word/").status_code == 404
    assert client.get(f"{ADDRESS}v7/cite/ris/").status_code == 404


# What was tried


def test_what_was_tried_is_told_by_outcome_and_never_as_a_score(client):
    pattern = publish()
    tried = (("Harbour town", "worked"), ("Hill town", "worked"), ("Valley", "did_not_work"))
    for place, outcome in tried:
        ExperienceFactory(place=place, outcome=outcome, about=[pattern])

    page = page_of(client)

    assert "Worked in 2 of 3 places. Did not work: 1." in page
    assert "Harbour town, Netherlands" in page


def test_only_what_the_visitor_may_read_is_counted_or_named(client):
    pattern = publish()
    ExperienceFactory(about=[pattern], label=Label.GREEN, title="Only for members")
    hidden = ExperienceFactory(about=[pattern], label=Label.RED, title="Only for one")

    stranger = page_of(client)
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")
    member = page_of(client)
    client.force_login(hidden.author, backend="media4sec.members.sessions.SignIn")
    author = page_of(client)

    assert "Only for" not in stranger
    assert "Nobody has told us yet." in stranger
    assert "Only for members" in member
    assert "Only for one" not in member
    assert "Worked in 1 of 1 place." in member
    assert "Only for one" not in author  # no list shows what is RED, not even to its author


def test_a_chatham_experience_names_neither_person_nor_place(client):
    pattern = publish()
    experience = ExperienceFactory(about=[pattern], attribution=Attribution.CHATHAM)

    page = page_of(client)

    assert experience.author.shown_name not in page
    assert "Harbour town" not in page
    assert "Netherlands" in page


def test_what_is_taken_back_or_hidden_is_nobodys_experience(client):
    pattern = publish()
    ExperienceFactory(about=[pattern], deleted_at=timezone.now())
    ExperienceFactory(about=[pattern], standing="hidden")

    assert "Nobody has told us yet." in page_of(client)


@pytest.mark.parametrize("count", [1, 10])
def test_a_pattern_asks_as_much_for_ten_as_for_one(client, count, django_assert_max_num_queries):
    pattern = publish()
    ExperienceFactory.create_batch(count, about=[pattern])
    for number in range(count):
        other = publish(f"Another pattern, number {number}")
        PatternRelation.objects.create(source=pattern, how="with", target=other)
    services.keep_beside([pattern])

    with django_assert_max_num_queries(6):
        page_of(client)
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")
    page_of(client)
    with django_assert_max_num_queries(9):
        page_of(client)


# States


def test_an_archived_pattern_is_kept_for_those_who_cite_it(client):
    pattern, better = publish(), publish("Answer the rumour early")
    pattern.state, pattern.superseded_by = Pattern.State.ARCHIVED, better
    pattern.save()

    page = page_of(client)

    assert "This pattern is archived." in page
    assert "/patterns/answer-the-rumour-early/" in page
    assert "One voice per incident" not in page_of(client, "/patterns/")


def test_a_text_past_its_date_says_so(client):
    pattern = publish()
    pattern.is_starter, pattern.review_by = False, timezone.localdate() - timedelta(days=1)
    pattern.save()

    assert "This text may be out of date." in page_of(client)
