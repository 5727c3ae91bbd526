"""Finding patterns: boxes, counts, words, orders and pages."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from media4sec.kit.marking import Label
from media4sec.members.tests.factories import MemberFactory, MembershipFactory
from media4sec.patterns import services
from media4sec.patterns.models import Experience, Judgement, Pattern
from media4sec.patterns.queries import keeping
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, card, publish

pytestmark = pytest.mark.django_db


def page_of(client, query=""):
    response = client.get(f"/patterns/{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(page):
    return re.findall(r'<h3 class="sc"[^>]*><a href="[^"]*">([^<]*)</a>', page)


def boxes(page, facet):
    """value → count of a facet, as the page shows it."""
    found = re.findall(
        rf'name="{facet}" value="([^"]*)"[^>]*>.*?<span class="count">(\d+)</span>', page
    )
    return {value: int(count) for value, count in found}


def test_the_catalogue_shows_every_current_pattern_by_name(client):
    for title in ("Webcare", "Alert tool", "Crowd management"):
        publish(title)

    page = page_of(client)

    assert titles(page) == ["Alert tool", "Crowd management", "Webcare"]
    assert "<b>3 patterns</b>" in page


def test_boxes_of_one_facet_add_up_and_those_of_two_cut(client):
    dark = ThemeFactory(slug="dark-web", title="The dark web", position=4)
    publish("Webcare", actors=["police"], phases=["everyday"])
    publish("Alert tool", actors=["police", "citizens"], phases=["during"])
    publish("Doxxing", actors=["criminals"], phases=["everyday"], theme=dark)

    assert titles(page_of(client, "?actor=citizens&actor=criminals")) == ["Alert tool", "Doxxing"]
    page = page_of(client, "?actor=police&phase=everyday")
    assert titles(page) == ["Webcare"]
    assert "of 3" in page


def test_behind_each_box_stands_what_it_would_leave(client):
    publish("Webcare", actors=["police"], phases=["everyday"])
    publish("Alert tool", actors=["police", "citizens"], phases=["during"])

    page = page_of(client, "?phase=during")

    assert boxes(page, "actor") == {"police": 1, "citizens": 1}
    assert boxes(page, "phase") == {"during": 1, "everyday": 1}


def test_a_choice_can_be_taken_away_alone(client):
    publish("Webcare")

    page = page_of(client, "?actor=police&phase=during&q=voice&sort=-newest")

    links = re.findall(r'<a class="tag" href="([^"]*)">(Police|During|“voice”)', page)
    assert {title: url.replace("&amp;", "&") for url, title in links} == {
        "Police": "?phase=during&q=voice&sort=-newest",
        "During": "?actor=police&q=voice&sort=-newest",
        "“voice”": "?actor=police&phase=during&sort=-newest",
    }


@pytest.mark.parametrize("question", ["rumour", "RUMOUR", "a rumour before", "believe"])
def test_words_are_found_in_name_summary_and_text(client, question):
    publish("Answer the rumour early", summary="Speak before a rumour grows.")
    publish("Webcare", card=card(context="Nothing of the kind stands in here, not even a hint."))

    assert titles(page_of(client, f"?q={question}")) == ["Answer the rumour early"]


def test_what_fits_nothing_says_how_to_go_on(client):
    publish("Webcare")

    page = page_of(client, "?q=zeppelin")

    assert "Nothing fits" in page
    assert "Clear all" in page


@pytest.mark.parametrize(
    "query",
    ["?actor=x&actor=%00", "?page=9999", "?page=-1", "?sort=nonsense", "?page=" + "9" * 5000],
)
def test_nonsense_in_the_address_is_no_error(client, query):
    publish("Webcare")

    page_of(client, query)


def test_orders(client):
    old, new = publish("Webcare"), publish("Alert tool")
    Pattern.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=9))
    old.refresh_from_db()
    old.evidence = 3
    old.save()
    ExperienceFactory(about=[new])

    assert titles(page_of(client, "?sort=-newest")) == ["Alert tool", "Webcare"]
    assert titles(page_of(client, "?sort=-evidence")) == ["Webcare", "Alert tool"]
    assert titles(page_of(client, "?sort=-places")) == ["Alert tool", "Webcare"]


def test_pages_lead_on_and_show_each_pattern_once(client):
    for number in range(40):
        publish(f"Pattern {number:02}")

    shown = [title for page in (1, 2, 3) for title in titles(page_of(client, f"?page={page}"))]

    assert shown == [f"Pattern {number:02}" for number in range(40)]
    assert 'rel="next"' in page_of(client, "?page=2")
    assert 'rel="next"' not in page_of(client, "?page=3")


def test_a_judgement_is_found_by_its_face(client):
    pattern = publish("Webcare")
    Judgement.objects.create(
        pattern=pattern, face="ugly", group="community", because="x", at=timezone.now()
    )
    services.keep_beside([pattern])

    assert titles(page_of(client, "?face=ugly")) == ["Webcare"]
    assert titles(page_of(client, "?face=good")) == []


def test_how_often_a_pattern_was_tried_counts_only_what_one_may_read(client):
    pattern = publish("Webcare")
    ExperienceFactory(about=[pattern])
    ExperienceFactory(about=[pattern], label=Label.GREEN)
    ExperienceFactory(about=[pattern], label=Label.RED)

    assert "tried 1 time<" in page_of(client)
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")
    assert "tried 2 times" in page_of(client)


@pytest.mark.parametrize("count", [1, 10])
def test_the_catalogue_asks_as_much_for_ten_as_for_one(
    client, count, django_assert_max_num_queries
):
    for number in range(count):
        ExperienceFactory(about=[publish(f"Pattern {number}")])
    page_of(client, "?actor=police")  # the index is read

    with django_assert_max_num_queries(4):
        page_of(client, "?actor=police&face=good")
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")
    page_of(client)
    with django_assert_max_num_queries(8):
        page_of(client, "?actor=police")


# The index in memory


def test_the_index_follows_every_save():
    pattern = publish("Webcare")
    experience = ExperienceFactory(about=[pattern])
    patterns, tried = keeping.both()
    assert tried.counts("outcome", {}, tried.there) == {"worked": 1}

    experience.outcome = "harmed"
    experience.save(update_fields=["outcome"])
    ExperienceFactory(outcome="mixed")
    patterns, tried = keeping.both()
    assert tried.counts("outcome", {}, tried.there) == {"harmed": 1, "mixed": 1}

    experience.deleted_at = timezone.now()
    experience.save(update_fields=["deleted_at"])
    patterns, tried = keeping.both()
    assert tried.counts("outcome", {}, tried.there) == {"mixed": 1}
    assert patterns.there.bit_count() == 1


def test_another_database_is_another_index():
    """Each test begins with an empty one: what an earlier test put there is gone."""
    patterns, tried = keeping.both()

    assert (patterns.there, tried.there) == (0, 0)


def test_what_the_index_shows_is_what_may_be_read():
    """``keeping.reach`` and ``visible_to``, for everybody and every label."""
    inside, outside, host = MembershipFactory.create_batch(3)
    people = [inside.member, outside.member, host.member, MemberFactory(), AnonymousUser()]
    people.append(MemberFactory(suspended_at=timezone.now()))
    for circle in (inside.circle, outside.circle):
        for label in Label:
            for author in (inside.member, host.member):
                told = ExperienceFactory(label=label, circle=circle, author=author)
                if label == Label.RED and author == host.member:
                    told.readers.add(outside.member)
    _patterns, tried = keeping.both()

    for person in people:
        visitor = type(person).objects.get(pk=person.pk) if person.pk else person
        shown, red = keeping.reach(tried, visitor)
        found = Experience.objects.visible_to(visitor)
        assert set(tried.page(shown, "-newest", 0, 99)) == {
            each.pk for each in found if each.label != Label.RED
        }
        assert red == found.filter(label=Label.RED).count()


def test_who_asks_in_words_finds_the_best_match_first(client):
    publish("Answering citizens", summary="Mentions a rumour on the way.")
    publish("Zero rumour", summary="It is all about it.")
    publish("Hoax watch", card=card(context="A rumour and a hoax, deep in the text."))

    page = page_of(client, "?q=rumour")

    assert titles(page) == ["Zero rumour", "Answering citizens", "Hoax watch"]
    assert '<option value="best" selected>' in page
    assert titles(page_of(client, "?q=rumour&sort=title"))[0] == "Answering citizens"
    assert "Best match" not in page_of(client)


def test_experiences_are_sorted_by_how_many_tried_them_too(client):
    first, second = (ExperienceFactory(title=title) for title in ("The early one", "The late one"))
    ExperienceFactory(title="Tried after the early one", after=first)
    ExperienceFactory(title="Only for some", after=second, label=Label.GREEN)

    listed = client.get("/experiences/?sort=-tried").content.decode()

    assert listed.index("The early one<") < listed.index("The late one<")
