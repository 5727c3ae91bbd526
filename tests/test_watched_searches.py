"""Who hears of what fits a search they keep: in notices and letters, and what these do not say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.digests import reading
from media4sec.digests.models import Bookmark, Notice, Rhythm
from media4sec.digests.queries.own import everything_of
from media4sec.kit.marking import Label
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, watch
from media4sec.kit.watching import everything_of as all_of
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.models import SavedSearch
from media4sec.patterns.tests.factories import ThemeFactory, publish
from tests.letters import letters_to

pytestmark = pytest.mark.django_db
Reason = Notice.Reason


@pytest.fixture(autouse=True)
def _the_log_is_read_from_here():
    reading.begin_here()


@pytest.fixture
def author():
    return MemberFactory(name="Author")


@pytest.fixture
def member():
    return MemberFactory(name="Member")


def seek(member, params="country=NL", title="Dutch night shifts", of="experiences"):
    return services.keep_search(by=member, of=of, params=params, title=title)


def tell(author, label=Label.GREEN, circle=None, readers=(), **said):
    usual = {
        "title": "Answering at night",
        "did": "We answered.",
        "happened": "It calmed down.",
        "outcome": "worked",
        "theme": ThemeFactory(),
        "country": "NL",
    }
    account = Account(**{**usual, **said})
    return services.tell(account, by=author, circle=circle, label=label, readers=readers)


def told():
    reading.read_log()
    found = Notice.objects.order_by("member__name")
    return [(each.member.name, each.reason, each.searches) for each in found]


def test_who_keeps_a_search_hears_what_fits_it_and_by_which_name(client, author, member):
    seek(member)
    tell(author)

    assert told() == [("Member", Reason.FOUND, ["Dutch night shifts"])]
    said = "Experience “Answering at night” fits your search “Dutch night shifts”"
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    assert said in client.get("/notices/").content.decode()
    assert said in letters_to(member)


def test_a_new_pattern_that_fits_is_told_too(author, member):
    seek(member, "actor=police", "What police do", of="patterns")
    seek(author, "actor=citizens", "What citizens do", of="patterns")

    publish("Answer the rumour")

    assert told() == [("Member", Reason.FOUND, ["What police do"])]
    assert "Pattern “Answer the rumour” fits your search “What police do”" in letters_to(member)


def test_two_searches_that_it_fits_are_one_notice(author, member):
    seek(member, "country=NL", "Zeeland")
    seek(member, "outcome=worked", "A good end")
    tell(author)

    assert told() == [("Member", Reason.FOUND, ["A good end", "Zeeland"])]
    assert "fits 2 of your searches, one of them is “A good end”" in letters_to(member)


def test_ones_own_experience_is_no_news(author):
    seek(author)
    tell(author)

    assert told() == []


def test_what_does_not_fit_is_not_told(author, member):
    seek(member, "country=DE")
    seek(member, "q=daytime", "By day")
    tell(author)

    assert told() == []


def test_who_does_not_watch_it_hears_nothing(author, member):
    services.watch_search(seek(member), by=member, is_watched=False)
    tell(author)

    assert told() == []


@pytest.mark.parametrize("place", ["theme", "kind", "circle"])
def test_who_muted_a_place_hears_nothing_of_it_whatever_they_seek(place, author, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author, member])
    places = {
        "theme": Ref.to(ThemeFactory()),
        "kind": all_of("patterns.experience"),
        "circle": Ref.to(circle),
    }
    watch(places[place], by=member, level=Level.MUTED)
    seek(member)
    tell(author, Label.AMBER, circle)

    assert told() == []


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_who_may_not_read_it_hears_nothing(label, author, member):
    inside = MemberFactory(name="Inside")
    circle = CircleFactory(kind=Circle.Kind.HIDDEN, members=[author, inside])
    for each in (member, inside):
        seek(each)
    tell(author, label, circle, readers=[inside] if label == Label.RED else ())

    # No list finds what is RED: its reader hears of it as a member of the circle.
    reason = Reason.NEW if label == Label.RED else Reason.FOUND
    assert [(name, why) for name, why, _searches in told()] == [("Inside", reason)]


def test_a_suspended_member_hears_nothing(author, member):
    seek(member)
    member.suspended_at = timezone.now()
    member.save()
    tell(author, Label.CLEAR)

    assert told() == []


def test_what_was_changed_before_the_log_is_read_is_told_as_it_is_now(author, member):
    seek(member)
    experience = tell(author)
    experience.country = "DE"
    experience.save()

    assert told() == []


def test_what_was_taken_back_before_the_log_is_read_is_not_told(author, member):
    seek(member)
    services.take_back(tell(author), by=author)

    assert told() == []


def test_of_amber_strict_a_letter_says_neither_title_nor_search(author, member):
    """The name of a search can say as much as the facet that fitted."""
    circle = CircleFactory(kind=Circle.Kind.CLOSED, title="Night desk", members=[author, member])
    seek(member)
    experience = tell(author, Label.AMBER_STRICT, circle)
    assert told() == [("Member", Reason.FOUND, ["Dutch night shifts"])]

    said = letters_to(member)

    assert "Something new in Night desk" in said
    for word in ("Answering", "Dutch", "search", "Netherlands", experience.get_absolute_url()):
        assert word not in said


def test_of_amber_a_letter_says_its_title_and_the_search(author, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author, member])
    seek(member)
    tell(author, Label.AMBER, circle)
    told()

    said = letters_to(member)

    assert "“Answering at night” fits your search “Dutch night shifts”" in said
    assert "calmed" not in said


def test_what_became_amber_strict_meanwhile_says_no_more(author, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, title="Night desk", members=[author, member])
    seek(member)
    experience = tell(author, Label.AMBER, circle)
    told()
    services.share_experience(experience, by=author, label=Label.AMBER_STRICT)

    said = letters_to(member)

    assert "Something new in Night desk" in said
    assert "Dutch" not in said


def test_a_letter_comes_in_the_rhythm_chosen_for_the_kind(author, member):
    Rhythm.objects.create(member=member, kind="patterns.experience", pace=Rhythm.Pace.NEVER)
    seek(member)
    tell(author)

    assert [why for _name, why, _searches in told()] == [Reason.FOUND]
    assert Notice.objects.get().mail_at is None


def test_who_follows_the_theme_too_is_told_once(author, member):
    watch(Ref.to(ThemeFactory()), by=member, level=Level.EVERYTHING)
    seek(member)
    tell(author)

    assert told() == [("Member", Reason.FOUND, ["Dutch night shifts"])]


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(monkeypatch, author, member):
    seek(member)
    tell(author)
    before = Bookmark.objects.get().activity

    def fail(members):
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(reading, "recount", fail)
        with pytest.raises(RuntimeError, match="killed"):
            reading.read_log()
    assert (Bookmark.objects.get().activity, Notice.objects.count()) == (before, 0)

    assert told() == [("Member", Reason.FOUND, ["Dutch night shifts"])]


@pytest.mark.parametrize("count", [1, 10, 200])
def test_the_log_is_read_in_as_many_questions_for_many_searches(
    count, author, member, django_assert_num_queries
):
    for number in range(count):
        SavedSearch.objects.create(
            owner=member if number == 0 else MemberFactory(),
            of="experiences",
            title=f"Search {number}",
            params=f"country=NL&q=night+word{number}" if number else "country=NL&q=night",
            kept_at=timezone.now(),
            seen_at=timezone.now() - timedelta(days=1),
        )
    tell(author, title="Before")
    reading.read_log()
    Notice.objects.all().delete()
    tell(author)

    with django_assert_num_queries(25):
        reading.read_log()
    assert told() == [("Member", Reason.FOUND, ["Search 0"])]


def test_a_member_takes_along_which_searches_a_notice_fitted(author, member):
    seek(member)
    tell(author)
    told()

    (notice,) = everything_of(member)["notices"]

    assert (notice["reason"], notice["searches"]) == ("found", ["Dutch night shifts"])
