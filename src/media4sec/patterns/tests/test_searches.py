"""Searches that members keep: theirs alone, with what is new."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import SavedSearch
from media4sec.patterns.queries import searches
from media4sec.patterns.tests.factories import ExperienceFactory, publish

pytestmark = pytest.mark.django_db


def sign_in(client, member):
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return client


def keep(member, params="actor=police", *, of="patterns", title="Police", since=None):
    search = services.keep_search(by=member, of=of, params=params, title=title)
    if since:
        SavedSearch.objects.filter(pk=search.pk).update(seen_at=timezone.now() - since)
    return search


def counts(member):
    return [(each.fitting, each.new) for each in searches.my_searches(member)]


def test_a_choice_is_kept_from_its_catalogue_and_leads_back_to_it(client):
    publish("Webcare")
    member = MemberFactory()
    sign_in(client, member)

    page = client.get("/patterns/?actor=police&sort=-newest&view=table").content.decode()
    assert (
        "/patterns/searches/new/?actor=police&amp;sort=-newest&amp;view=table&amp;of=patterns"
        in page
    )
    form = client.get(
        "/patterns/searches/new/?sort=-newest&actor=police&view=table&of=patterns&x=1"
    )
    assert 'name="params" value="actor=police"' in form.content.decode()
    said = {"of": "patterns", "params": "actor=police", "title": "What police do"}
    answer = client.post("/patterns/searches/new/", said, follow=True)

    page = answer.content.decode()
    assert "What police do" in page
    assert "/patterns/?actor=police&amp;sort=-newest" in page


def test_it_counts_what_fits_and_what_is_new():
    member = MemberFactory()
    publish("Webcare")
    publish("Doxxing", actors=["criminals"])
    keep(member)
    assert counts(member) == [(1, 0)]

    publish("Alert tool")

    assert counts(member) == [(2, 1)]


def test_words_count_too():
    member = MemberFactory()
    publish("Answer the rumour early")
    publish("Webcare")
    keep(member, "actor=police&q=rumour", since=timedelta(days=1))

    assert counts(member) == [(1, 1)]


def test_experiences_are_counted_as_far_as_one_may_read_them():
    member = MemberFactory()
    for label in (Label.CLEAR, Label.GREEN, Label.RED):
        ExperienceFactory(label=label)
    keep(member, "outcome=worked", of="experiences", since=timedelta(days=1))

    assert counts(member) == [(2, 2)]


def test_more_than_ninety_nine_is_said_so(monkeypatch):
    monkeypatch.setattr(searches, "MOST_NEW", 2)
    member = MemberFactory()
    for number in range(4):
        publish(f"Pattern {number}")
    keep(member, since=timedelta(days=1))

    (found,) = searches.my_searches(member)
    assert (found.new, found.new_in_words) == (3, "2+")


def test_after_a_look_nothing_is_new(client):
    member = MemberFactory()
    publish("Webcare")
    search = keep(member, since=timedelta(days=1))
    assert (
        "1 new since you looked"
        in sign_in(client, member).get("/patterns/searches/").content.decode()
    )

    answer = client.post(f"/patterns/searches/{search.pk}/")

    assert answer.url == "/patterns/?actor=police&sort=-newest"
    assert counts(member) == [(1, 0)]


def test_nobody_sees_or_forgets_the_search_of_another(client):
    search = keep(MemberFactory(), title="Secret plan")
    other = MemberFactory()
    sign_in(client, other)

    assert "Secret plan" not in client.get("/patterns/searches/").content.decode()
    for address in (f"/patterns/searches/{search.pk}/", f"/patterns/searches/{search.pk}/forget/"):
        assert client.post(address).status_code == 404
    with pytest.raises(PermissionDenied, match="Only who keeps a search"):
        services.forget_search(search, by=other)


def test_what_is_let_go_is_gone(client):
    member = MemberFactory()
    search = keep(member)

    sign_in(client, member).post(f"/patterns/searches/{search.pk}/forget/")

    assert not SavedSearch.objects.exists()


def test_the_same_choice_is_kept_once_under_its_new_name():
    member = MemberFactory()
    keep(member, title="One")
    keep(member, title="Two")

    assert [each.title for each in SavedSearch.objects.all()] == ["Two"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"title": " "}, "Give the search a name."), ({"params": ""}, "Choose something first")],
)
def test_a_search_without_a_name_or_a_choice_is_refused(said, sentence):
    with pytest.raises(Refused, match=sentence):
        keep(MemberFactory(), **said)


def test_there_is_an_end_to_keeping(monkeypatch):
    monkeypatch.setattr(services.searches, "MOST", 1)
    member = MemberFactory()
    keep(member)
    keep(member, title="Renamed")

    with pytest.raises(Refused, match="You keep 1 searches"):
        keep(member, "actor=citizens")


def test_strangers_keep_no_searches(client):
    assert client.get("/patterns/searches/").status_code == 302
    assert client.get("/patterns/searches/new/").status_code == 302


@pytest.mark.parametrize("count", [1, 10])
def test_ten_searches_ask_as_much_as_one(count, django_assert_max_num_queries):
    member = MemberFactory()
    publish("Webcare")
    for number in range(count):
        keep(member, f"actor=police&phase=p{number}", title=f"Search {number}")
    counts(member)  # the index is read

    with django_assert_max_num_queries(3):
        assert len(counts(member)) == count


def test_nonsense_that_was_kept_finds_nothing():
    member = MemberFactory()
    publish("Webcare")
    keep(member, "actor=%00&nonsense=1")

    assert counts(member) == [(0, 0)]
