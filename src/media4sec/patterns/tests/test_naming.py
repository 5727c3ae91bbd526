"""Named or not, also afterwards: the author decides, and no door knows it otherwise."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from media4sec.kit import links
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Link, Revision
from media4sec.members.models import Group, Speaker
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.models import Experience, Outcome
from media4sec.patterns.queries import voice_entry
from media4sec.patterns.queries.voices import fetch_voices
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, card, publish

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"
NAME, PLACE = "Zora Quillfeather", "Brambleford"


def author(**said):
    return MemberFactory(name=NAME, country="NL", group=Group.LAW_ENFORCEMENT, **said)


def account(**said):
    plain = {
        "title": "One account spoke first",
        "happened": "Fewer people asked, and nobody was sent away.",
        "did": "We named one account.",
        "outcome": Outcome.WORKED,
        "theme": ThemeFactory(),
        "country": "NL",
        "place": PLACE,
        "contact": "named",
    }
    return Account(**{**plain, **said})


def told(by=None, **said):
    """Told to everybody by name, about a pattern, and corrected once."""
    by = by or author()
    pattern = publish()
    made = services.tell(account(patterns=(pattern,)), by=by, label=Label.CLEAR, **said)
    better = account(patterns=(pattern,), did="We named one account, and a second one.")
    return services.retell(made, better, by=by, base_version=1)


def doors(experience):
    """Wherever others read it."""
    yield experience.get_absolute_url()
    yield f"{experience.get_absolute_url()}history/"
    yield from ("/experiences/", "/experiences/?country=NL", "/")
    yield from (each.get_absolute_url() for each in experience.patterns.all())
    yield from (each.get_absolute_url() for each in Experience.objects.exclude(pk=experience.pk))
    yield from ("/patterns/export/experiences.json", "/patterns/export/experiences.csv")
    yield "/patterns/oai/?verb=ListRecords&metadataPrefix=oai_dc"
    yield "/search/?q=account"
    yield f"/people/{experience.author_id}/"
    yield from apps.get_model("feeds", "publication").objects.values_list("url", flat=True)
    yield from ("/feeds/all.atom", "/feeds/all.json")


def read(client, address):
    response = client.get(address)
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return response.content.decode()


def named_at(client, experience, visitor=None, *, words=NAME):
    """The doors behind which these words stand beside the experience."""
    services.keep_up()
    client.logout()
    if visitor:
        client.force_login(visitor, backend=SIGN_IN)
    pages = {address: read(client, address) for address in dict.fromkeys(doors(experience))}
    return {address for address, page in pages.items() if words in page}


def test_who_takes_their_name_off_is_named_behind_no_door_from_then_on(client):
    experience = told()
    ExperienceFactory(after=experience, title="We tried it, too", label=Label.CLEAR)
    reader = MemberFactory()
    profile = f"/people/{experience.author_id}/"
    told_by = f"/experiences/?by={experience.author_id}"
    before = named_at(client, experience)
    assert len(before) >= 7, before
    assert named_at(client, experience, words=PLACE)
    client.force_login(reader, backend=SIGN_IN)
    assert experience.title in read(client, told_by)

    services.seal_experience(experience, by=experience.author)

    assert named_at(client, experience) == set()
    assert named_at(client, experience, reader) <= {profile}  # their own page, without it
    assert experience.title not in read(client, told_by)  # the reader is signed in
    for visitor in (None, reader):
        assert named_at(client, experience, visitor, words=PLACE) == set()
    publications = apps.get_model("feeds", "publication").objects
    published = publications.get(thing_kind="patterns.experience", thing_id=experience.pk)
    assert (published.author_id, NAME in published.byline) == (None, False)
    assert published.version > 1  # told to other servers as an update


def test_with_the_name_the_history_and_the_way_to_its_author_go():
    experience = told()
    assert Revision.objects.filter(thing_id=experience.pk).exists()

    services.seal_experience(experience, by=experience.author)

    experience.refresh_from_db()
    assert not Revision.objects.filter(thing_id=experience.pk).exists()
    assert (experience.contact, experience.shown_place) == ("none", "")
    assert experience.hides_country  # too few members to be one among them
    assert Speaker.objects.get().named_at  # and nobody's cover: they were read by name


@pytest.mark.parametrize(
    "changed",
    [
        {"title": f"What {NAME} tried"},
        {"happened": f"{NAME.upper()} was thanked."},
        {"parts": {"next_time": f"Ask {NAME}."}},
        {"emmie": {"effect": {"says": "It works.", "quality": 1, "sources": [f"{NAME}, 2026"]}}},
    ],
)
def test_a_text_that_says_the_name_is_changed_first(client, changed):
    member = author()
    experience = services.tell(account(**changed), by=member, label=Label.CLEAR)

    client.force_login(member, backend=SIGN_IN)
    response = client.post(f"{experience.get_absolute_url()}name/", {"to": "sealed"})

    assert response.status_code == 422
    assert "Your name stands in the text" in response.content.decode()
    experience.refresh_from_db()
    assert not experience.is_chatham


def test_only_its_author_decides_how_they_are_named(client):
    experience, other = told(), MemberFactory()

    for change in (services.seal_experience, services.reveal_experience):
        with pytest.raises(PermissionDenied):
            change(experience, by=other)
    client.force_login(other, backend=SIGN_IN)
    assert client.get(f"{experience.get_absolute_url()}name/").status_code == 403
    assert "Take your name off it" not in read(client, experience.get_absolute_url())


def test_a_name_is_shown_only_after_one_was_asked(client):
    member = author()
    experience = told(member, attribution=Attribution.CHATHAM)
    assert named_at(client, experience) == set()
    client.force_login(member, backend=SIGN_IN)
    address = f"{experience.get_absolute_url()}name/"

    page = read(client, address)
    assert "not out of the memory" in page
    experience.refresh_from_db()
    assert experience.is_chatham
    client.post(address, {"to": "named"})
    client.post(address, {"to": "named"})  # a second click changes nothing

    assert experience.get_absolute_url() in named_at(client, experience)
    assert "/experiences/" in named_at(client, experience, words=PLACE)


def test_whoever_told_beside_it_is_named_by_nobody_but_themselves(client):
    neighbour = MemberFactory(name="Ottoline Marsh", group=Group.COMMUNITY)
    experience = told(attribution=Attribution.CHATHAM)
    voice = services.speak(experience, by=neighbour, text="Nobody told us why it was closed.")

    services.reveal_experience(experience, by=experience.author)

    for visitor in (None, MemberFactory(), experience.author):
        assert named_at(client, experience, visitor, words="Ottoline Marsh") == set()
    entry = voice_entry(fetch_voices([voice.pk])[0])
    assert (entry.author_id, entry.attribution) == (None, Attribution.CHATHAM)


def test_a_seal_covers_those_who_told_beside_it(client):
    neighbour = MemberFactory(name="Ottoline Marsh", group=Group.COMMUNITY)
    experience = told()
    services.speak(experience, by=neighbour, text="Nobody told us why it was closed.")
    assert named_at(client, experience, words="Ottoline Marsh")

    services.seal_experience(experience, by=experience.author)

    assert named_at(client, experience, words="Ottoline Marsh") == set()
    assert Speaker.objects.count() == 2


def test_what_came_from_a_sealed_talk_stays_unnamed(client):
    member = author()
    source = ExperienceFactory(author=member, attribution=Attribution.CHATHAM, label=Label.CLEAR)
    experience = told(member, attribution=Attribution.CHATHAM)
    links.link(experience, Link.Relation.AROSE_FROM, source, by=member)

    with pytest.raises(Refused, match="nobody is named here"):
        services.reveal_experience(experience, by=member)


def test_a_pattern_made_of_it_is_pointed_out_before(client, settings):
    experience = told()
    address = f"{settings.SITE_URL}{experience.get_absolute_url()}"
    source = type(card().sources[0])("What we tried", address)
    publish("Two accounts", card=card(sources=(source,)))
    client.force_login(experience.author, backend=SIGN_IN)

    page = read(client, f"{experience.get_absolute_url()}name/")

    assert "/patterns/two-accounts/" in page
    assert "What this cannot do." in page
