"""Whose watched searches one thing fits: as the list of kept searches has it, for many at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle
from media4sec.members.services.people import close_account
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns import queries, services, tasks
from media4sec.patterns.models import Experience, Pattern, SavedSearch
from media4sec.patterns.queries import searches, seeking
from media4sec.patterns.tests.factories import ExperienceFactory, publish
from media4sec.patterns.tests.test_searches import keep, sign_in

pytestmark = pytest.mark.django_db


def seek(params, of="experiences", *, title="", member=None):
    """A search that has been kept for a day."""
    member = member or MemberFactory()
    return keep(member, params, of=of, title=title or params, since=timedelta(days=1))


def sought(thing):
    """The names of all searches that it fits."""
    seekers = {
        Pattern: queries.seekers_of_pattern,
        Experience: queries.seekers_of_experience,
    }[type(thing)]
    return sorted(title for titles in seekers(thing).values() for title in titles)


CHOICES = [
    "outcome=worked",
    "outcome=failed",
    "outcome=failed&outcome=worked",
    "actor=police&country=NL",
    "actor=police&country=DE",
    "size=small",
    "q=account",
    "q=account+nobody",
    "q=PEOPLE+waited",
    "outcome=worked&q=harbour",
    "outcome=failed&q=account",
    "q=zürich",
    "q=ZÜRICH",
    "nonsense=1",
    "q=%00",
    "actor=%00",
]


@pytest.mark.parametrize("label", [Label.CLEAR, Label.AMBER_STRICT])
@pytest.mark.parametrize("attribution", Attribution)
def test_a_thing_fits_the_searches_in_which_the_list_counts_it(label, attribution):
    member = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])
    ExperienceFactory(title="Another one", outcome="failed", country="DE")
    for params in CHOICES:
        seek(params, member=member)
    before = {each.search.title: each.fitting for each in searches.my_searches(member)}

    told = ExperienceFactory(
        label=label, circle=circle, attribution=attribution, place="The harbour of Zürich"
    )

    after = {each.search.title: each.fitting for each in searches.my_searches(member)}
    fits = sorted(params for params in CHOICES if after[params] > before[params])
    assert sought(told) == fits
    assert "outcome=failed&outcome=worked" in fits


def test_patterns_are_sought_by_their_own_choices():
    for params in ("actor=police", "actor=citizens", "actor=police&q=rumour", "q=webcare"):
        seek(params, "patterns")
    seek("actor=police", "experiences", title="experiences of police")

    assert sought(publish("Answer the rumour")) == ["actor=police", "actor=police&q=rumour"]


def test_of_what_stays_on_its_page_only_the_title_is_sought():
    seek("q=account", title="in its words")
    seek("q=tried", title="in its title")
    circle = CircleFactory(kind=Circle.Kind.CLOSED)

    assert sought(ExperienceFactory(label=Label.AMBER_STRICT, circle=circle)) == ["in its title"]
    assert sought(ExperienceFactory()) == ["in its title", "in its words"]


def test_a_red_thing_is_sought_by_nobody():
    seek("outcome=worked")

    assert sought(ExperienceFactory(label=Label.RED)) == []


def test_what_is_not_watched_seeks_nothing_until_it_is_watched_again():
    search = seek("outcome=worked")
    told = ExperienceFactory()
    services.watch_search(search, by=search.owner, is_watched=False)
    assert sought(told) == []

    services.watch_search(search, by=search.owner, is_watched=True)

    assert sought(told) == ["outcome=worked"]


def test_what_was_let_go_seeks_nothing():
    search = seek("outcome=worked")
    told = ExperienceFactory()
    assert sought(told) == ["outcome=worked"]

    services.forget_search(search, by=search.owner)

    assert sought(told) == []


def test_a_thing_that_was_changed_or_taken_back_is_sought_as_it_is_now():
    seek("outcome=worked")
    told = ExperienceFactory()
    assert sought(told) == ["outcome=worked"]

    told.outcome = "failed"
    told.save()
    assert sought(told) == []

    told.outcome, told.deleted_at = "worked", timezone.now()
    told.save()
    assert sought(told) == []


def test_what_was_there_when_a_search_was_kept_or_looked_at_is_not_new_in_it():
    told = ExperienceFactory()
    search = keep(MemberFactory(), "outcome=worked", of="experiences")
    assert sought(told) == []

    later = ExperienceFactory()
    assert sought(later) == ["Police"]
    services.look_at_search(search, by=search.owner)
    assert sought(later) == []


@pytest.mark.parametrize("count", [1, 10, 200])
def test_many_searches_ask_as_much_as_one(count, django_assert_num_queries):
    words = [f"word{number}" for number in range(count)]
    for word in words:
        seek(f"outcome=worked&q=account+{word}", title=word)
        seek(f"outcome=worked&q=not{word}")
    told = ExperienceFactory(happened=" ".join(words))
    sought(told)  # the indexes are read

    # Two clocks, the searches that it fits, and which of their words stand in it.
    with django_assert_num_queries(4):
        assert sought(told) == sorted(words)


def test_more_searches_than_one_question_takes_are_asked_in_several(monkeypatch):
    monkeypatch.setattr(seeking, "_AT_A_TIME", 2)
    for word in ("named", "account", "people", "waited", "nobody"):
        seek(f"q={word}")

    fits = ["q=account", "q=named", "q=people", "q=waited"]
    assert sought(ExperienceFactory()) == fits


def test_the_list_has_a_switch_that_works_without_scripts(client):
    search = seek("outcome=worked", title="What worked")
    sign_in(client, search.owner)
    address = f"/patterns/searches/{search.pk}/watch/"
    page = client.get("/patterns/searches/").content.decode()
    assert "</svg>Watched</span>" in page
    assert f'action="{address}"' in page

    page = client.post(address, {"watch": "no"}, follow=True).content.decode()
    assert "Not watched" in page
    assert not SavedSearch.objects.get().is_watched

    client.post(address, {"watch": "yes"})
    client.post(address)  # without a word nothing happens
    assert SavedSearch.objects.get().is_watched


def test_nobody_switches_the_search_of_another(client):
    search = seek("outcome=worked")
    other = MemberFactory()
    address = f"/patterns/searches/{search.pk}/watch/"

    assert sign_in(client, other).post(address, {"watch": "no"}).status_code == 404
    with pytest.raises(PermissionDenied, match="Only who keeps a search"):
        services.watch_search(search, by=other, is_watched=False)


def test_a_new_name_leaves_the_switch_as_it_is():
    search = seek("outcome=worked")
    services.watch_search(search, by=search.owner, is_watched=False)

    keep(search.owner, "outcome=worked", of="experiences", title="Other name")

    assert not SavedSearch.objects.get().is_watched


def test_a_member_takes_their_searches_along():
    search = seek("outcome=worked", title="What worked")

    (own,) = queries.own_searches(search.owner)

    assert (own["title"], own["is_watched"]) == ("What worked", True)
    assert own["url"] == "/experiences/?outcome=worked&sort=-newest"
    assert queries.own_searches(MemberFactory()) == []


def test_of_who_leaves_no_search_stays():
    search, other = seek("outcome=worked"), seek("outcome=failed")
    close_account(by=search.owner)

    tasks.keep_house()

    assert list(SavedSearch.objects.all()) == [other]
