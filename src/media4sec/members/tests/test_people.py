"""Profiles and the directory show each visitor what the owner allows; the welcome; leaving."""

import io
import itertools
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from media4sec.kit import rooms as registry
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity, Draft, Theme, Upload
from media4sec.kit.paging import PAGE_SIZE
from media4sec.kit.rooms import Room, open_room, rooms
from media4sec.members.models import (
    PROFILE_FIELDS,
    AccessLog,
    Audience,
    Circle,
    Group,
    Invitation,
    Member,
)
from media4sec.members.queries import people as queries
from media4sec.members.services import people as services
from media4sec.members.speakers import Names, shown_to
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db
SECRETS = {
    "role": "Harbour pilot",
    "group": "Researcher",
    "organisation": "Institute of Tides",
    "country": "Portugal",
    "languages": "Maltese",
    "themes": "Salt roads",
    "about": "I collect foghorns",
}
VISITORS = ["stranger", "outsider", "neighbour", "owner", "suspended", "unconfirmed"]
SEES = {
    Audience.EVERYONE: set(VISITORS),
    Audience.COMMUNITY: {"outsider", "neighbour", "owner"},
    Audience.CIRCLES: {"neighbour", "owner"},
    Audience.NOBODY: {"owner"},
}
fields = pytest.mark.parametrize("field", PROFILE_FIELDS)


@pytest.fixture
def theme():
    return Theme.objects.create(
        slug="salt-roads", title="Salt roads", icon="map", summary="", body="", position=1
    )


@pytest.fixture
def owner(theme):
    """Says something recognisable in every field, and shows none of it unless asked to."""
    owner = MemberFactory(
        name="Owner",
        role=SECRETS["role"],
        group=Group.RESEARCH,
        organisation=SECRETS["organisation"],
        country="PT",
        languages=["mt"],
        about=SECRETS["about"],
        about_html=f"<p>{SECRETS['about']}</p>",
        visibility=dict.fromkeys(PROFILE_FIELDS, Audience.NOBODY),
        is_findable=True,
    )
    owner.themes.add(theme)
    return owner


@pytest.fixture
def visitors(owner):
    neighbour, suspended = MemberFactory(), MemberFactory(suspended_at=timezone.now())
    CircleFactory(kind=Circle.Kind.HIDDEN, members=[owner, neighbour, suspended])
    return {
        "stranger": AnonymousUser(),
        "outsider": MemberFactory(),
        "neighbour": neighbour,
        "owner": owner,
        "suspended": suspended,
        "unconfirmed": MemberFactory(confirmed_at=None),
    }


def show(owner, field, audience):
    owner.visibility = {**dict.fromkeys(PROFILE_FIELDS, Audience.NOBODY), field: str(audience)}
    owner.save()


def fresh(visitor):
    """As on the next request."""
    return Member.objects.get(pk=visitor.pk) if visitor.pk else visitor


# The one rule


@fields
@pytest.mark.parametrize("audience", Audience)
def test_a_field_is_seen_by_its_audience_and_nobody_else(owner, visitors, field, audience):
    show(owner, field, audience)

    seen = set()
    for name, visitor in visitors.items():
        person = queries.profile(owner, visitor=fresh(visitor))
        said = str([line.words for line in person.facts]) + person.about_html
        if SECRETS[field] in said:
            seen.add(name)
        hidden = [secret for other, secret in SECRETS.items() if other != field and secret in said]
        assert hidden == [] or name == "owner"

    assert seen == SEES[audience]


@fields
@pytest.mark.parametrize("audience", [*Audience, None])
def test_lists_and_profiles_agree_about_what_is_shown(owner, visitors, field, audience):
    """shown_to() and Names.shows() are two spellings of one rule."""
    owner.visibility = {field: str(audience)} if audience else {}
    owner.save()

    for name, visitor in visitors.items():
        someone = fresh(visitor)
        listed = Member.objects.filter(shown_to(someone, field), pk=owner.pk).exists()
        near = name in {"neighbour", "suspended"}
        shown = Names(someone, [owner], near=[owner.pk] if near else []).shows(owner, field)
        assert listed == shown, name


def test_a_byline_follows_the_same_rule(owner, visitors):
    show(owner, "role", Audience.CIRCLES)

    roles = {
        name: Names(fresh(visitor), [owner]).named(owner).role for name, visitor in visitors.items()
    }

    assert {name for name, role in roles.items() if role} == {"neighbour", "owner"}


def test_a_byline_shows_a_confirmed_group_only_with_the_group(owner, visitors):
    owner.verified_until = timezone.now() + timedelta(days=1)
    show(owner, "group", Audience.CIRCLES)

    confirmed = {
        name
        for name, visitor in visitors.items()
        if Names(fresh(visitor), [owner]).named(owner).is_verified
    }

    assert confirmed == {"neighbour", "owner"}


# Profiles


@pytest.mark.parametrize("name", ["stranger", "suspended", "unconfirmed"])
def test_a_profile_is_nothing_to_those_outside_like_one_that_never_was(
    client, owner, visitors, name
):
    if visitors[name].pk:
        client.force_login(visitors[name])

    there, nowhere = client.get(f"/people/{owner.pk}/"), client.get("/people/999999/")

    assert there.status_code == nowhere.status_code == 404
    strip = lambda response: response.content.decode().split("<main")[1]  # noqa: E731
    assert strip(there) == strip(nowhere)


def test_the_profile_page_says_what_may_be_said(client, owner, visitors):
    show(owner, "organisation", Audience.COMMUNITY)
    client.force_login(visitors["outsider"])

    page = client.get(f"/people/{owner.pk}/").content.decode()

    assert SECRETS["organisation"] in page
    assert [secret for field, secret in SECRETS.items() if secret in page] == [
        SECRETS["organisation"]
    ]


def test_shared_circles_are_those_both_are_in(client, owner, visitors):
    neighbour = visitors["neighbour"]
    both = CircleFactory(title="Both of us", members=[owner, neighbour])
    CircleFactory(title="Only the owner", kind=Circle.Kind.HIDDEN, members=[owner])
    CircleFactory(title="Only me", members=[neighbour])
    client.force_login(neighbour)

    person = queries.profile(owner, visitor=fresh(neighbour))

    assert both in person.circles
    assert {circle.title for circle in person.circles} & {"Only the owner", "Only me"} == set()
    assert "Only the owner" not in client.get(f"/people/{owner.pk}/").content.decode()


def test_somebody_who_left_has_no_profile(client, owner, visitors):
    services.close_account(by=owner)
    client.force_login(visitors["neighbour"])

    assert client.get(f"/people/{owner.pk}/").status_code == 404


def test_a_profile_asks_little_of_the_database(
    client, owner, visitors, django_assert_max_num_queries
):
    client.force_login(visitors["neighbour"])

    with django_assert_max_num_queries(8):
        client.get(f"/people/{owner.pk}/")


# The directory


def names_found(visitor, **wish):
    return {
        person.byline.name
        for person in queries.directory(fresh(visitor), queries.Wish(**wish)).people
    }


WISHES = {
    "role": {"words": "harbour"},
    "group": {"group": "research"},
    "organisation": {"words": "tides"},
    "country": {"country": "PT"},
    "languages": {"language": "mt"},
    "themes": {"theme": "salt-roads"},
}


@pytest.mark.parametrize("field", WISHES)
@pytest.mark.parametrize("audience", Audience)
def test_nobody_is_found_by_what_they_hide(owner, visitors, field, audience):
    show(owner, field, audience)

    found = {
        name
        for name in ("outsider", "neighbour", "owner")
        if "Owner" in names_found(visitors[name], **WISHES[field])
    }

    assert found == SEES[audience] & {"outsider", "neighbour", "owner"}


def test_everybody_in_the_directory_is_found_by_name(owner, visitors):
    assert names_found(visitors["outsider"], words="own") == {"Owner"}


def test_words_must_all_fit(owner, visitors):
    show(owner, "role", Audience.COMMUNITY)

    assert names_found(visitors["outsider"], words="owner pilot") == {"Owner"}
    assert names_found(visitors["outsider"], words="owner baker") == set()


@pytest.mark.parametrize(
    "change",
    [
        {"is_findable": False},
        {"suspended_at": timezone.now()},
        {"confirmed_at": None},
        {"is_active": False},
    ],
)
def test_the_directory_lists_only_readers_who_chose_it(owner, visitors, change):
    Member.objects.filter(pk=owner.pk).update(**change)

    assert "Owner" not in names_found(visitors["outsider"])


@pytest.mark.parametrize("name", ["suspended", "unconfirmed"])
def test_the_directory_is_for_the_community(client, visitors, name):
    client.force_login(visitors[name])
    assert client.get("/people/").status_code == 404


def test_strangers_are_asked_to_sign_in_to_the_directory(client):
    assert client.get("/people/").url == "/account/login/?next=/people/"


def test_the_directory_page_counts_and_hides(client, owner, visitors):
    client.force_login(visitors["outsider"])

    page = client.get("/people/").content.decode()

    assert "1 person" in page
    assert "Owner" in page
    main = page.split('<ul class="grid"')[1]
    assert [secret for secret in SECRETS.values() if secret in main] == []


def test_an_empty_result_says_why(client, visitors):
    client.force_login(visitors["outsider"])

    page = client.get("/people/?q=nobody-has-this-name").content.decode()

    assert "Nobody found" in page


@pytest.mark.parametrize(
    "query", ["group=nonsense", "theme=nonsense", "country=%00", "q=" + "x" * 5000, "before=%FF"]
)
def test_a_nonsense_wish_is_no_error(client, visitors, query):
    client.force_login(visitors["outsider"])

    assert client.get(f"/people/?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_the_directory_costs_the_same_for_one_and_ten(
    client, theme, count, django_assert_num_queries
):
    visitor = MemberFactory()
    CircleFactory(members=[visitor])
    for member in MemberFactory.create_batch(count, is_findable=True):
        member.themes.add(theme)
    client.force_login(visitor)

    # session, member, memberships, themes to choose from; people, their themes, how many
    with django_assert_num_queries(7):
        response = client.get("/people/")

    assert response.content.count(b'class="card"') == count


def test_the_directory_goes_on_where_the_page_ended(client):
    visitor = MemberFactory()
    MemberFactory.create_batch(PAGE_SIZE + 3, is_findable=True)

    first = queries.directory(visitor, queries.Wish())
    second = queries.directory(visitor, queries.Wish(), before=first.page.older)

    assert (len(first.people), len(second.people)) == (PAGE_SIZE, 3)
    assert first.total == PAGE_SIZE + 3
    members = [person.member.pk for person in itertools.chain(first.people, second.people)]
    assert len(set(members)) == PAGE_SIZE + 3


# Saying who one is


def test_a_profile_is_edited_and_logged(client, theme):
    member = MemberFactory()

    services.edit_profile(
        by=member, name="Ana", about="I *listen*.", languages=["pt", "en"], themes=[theme]
    )

    member.refresh_from_db()
    assert (member.name, member.languages, list(member.themes.all())) == (
        "Ana",
        ["pt", "en"],
        [theme],
    )
    assert member.about_html == "<p>I <em>listen</em>.</p>\n"
    assert [entry.verb for entry in Activity.objects.all()] == ["changed_profile"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A\u202enimda", "Animda"),
        ("Z" + "\u0301" * 50 + "oe", "Ź" + "\u0301" * 3 + "oe"),
        ("two\nlines\t here", "two lines here"),
        ("\u200b\u200d\u2060", ""),
        ("<b>Bold</b>", "<b>Bold</b>"),
        ("null\x00byte", "nullbyte"),
    ],
)
def test_a_name_cannot_break_other_peoples_pages(typed, kept):
    member = MemberFactory()

    services.edit_profile(by=member, name=typed)

    member.refresh_from_db()
    assert len(member.name) <= 60
    if typed.startswith("Z"):
        assert member.name.startswith("Ź")
        assert len(member.name) < 10
    else:
        assert member.name == kept


def test_markup_in_a_name_stays_words(client):
    shown = MemberFactory(name="<script>alert(1)</script>", is_findable=True)
    client.force_login(MemberFactory())

    for path in ("/people/", f"/people/{shown.pk}/"):
        assert "<script>alert" not in client.get(path).content.decode()


@pytest.mark.parametrize("field", ["name", "role", "organisation", "about"])
def test_100000_characters_are_refused_with_a_sentence(client, field):
    member = MemberFactory()
    client.force_login(member)

    response = client.post("/me/profile/", {field: "x" * 100_000})

    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    with pytest.raises(ValidationError):
        services.edit_profile(by=member, **{field: "x" * 100_000})


def test_nobody_edits_what_is_no_part_of_a_profile():
    with pytest.raises((LookupError, ValidationError)):
        services.edit_profile(by=MemberFactory(), is_administrator=True)


def test_a_suspended_member_changes_nothing(client):
    member = MemberFactory(suspended_at=timezone.now())

    with pytest.raises(PermissionDenied, match="suspended"):
        services.edit_profile(by=member, name="Other")


def test_who_may_see_what_is_chosen_field_by_field(client):
    member = MemberFactory()
    client.force_login(member)
    chosen = dict.fromkeys(PROFILE_FIELDS, "nobody") | {"role": "everyone"}

    said = {f"seen-{field}": audience for field, audience in chosen.items()}
    client.post("/me/audience/", {**said, "seen-is_findable": "on"})

    member.refresh_from_db()
    assert member.is_findable
    assert {field: member.audience_of(field) for field in PROFILE_FIELDS} == chosen


@pytest.mark.parametrize("nonsense", [{"role": "aliens"}, {"email": "everyone"}])
def test_nobody_chooses_an_audience_that_does_not_exist(nonsense):
    with pytest.raises(Refused):
        services.choose_audience(by=MemberFactory(), visibility=nonsense)


# The welcome


def test_the_welcome_takes_three_steps(client, theme):
    member = MemberFactory(name="", role="", group="", country="", welcomed_at=None)
    CircleFactory(title="On my theme", theme=theme)
    CircleFactory(title="Another one")
    CircleFactory(title="Ask first", kind=Circle.Kind.CLOSED)
    client.force_login(member)

    assert "Step 1 of 3" in client.get("/welcome/").content.decode()
    who = {"name": "Ana", "role": "Officer", "group": "law_enforcement", "country": "PT"}
    assert client.post("/welcome/who/", who).url == "/welcome/interests/"
    what = {"themes": [theme.pk], "languages": ["pt"], "about": "Hello", "seen-is_findable": "on"}
    audience = {f"seen-{field}": "community" for field in PROFILE_FIELDS}
    assert client.post("/welcome/interests/", {**what, **audience}).url == "/welcome/circles/"
    page = client.get("/welcome/circles/")

    assert [circle.title for circle in page.context["circles"]] == ["On my theme", "Another one"]
    assert client.post("/welcome/done/").url == "/"
    member.refresh_from_db()
    assert (member.name, member.group, member.is_findable) == ("Ana", "law_enforcement", True)
    assert member.welcomed_at


@pytest.mark.parametrize("step", ["who", "interests", "circles"])
def test_every_step_of_the_welcome_can_be_skipped(client, step):
    member = MemberFactory(welcomed_at=None)
    client.force_login(member)

    page = client.get(f"/welcome/{step}/").content.decode()
    client.post("/welcome/done/")

    assert "Skip all of this" in page
    member.refresh_from_db()
    assert member.welcomed_at


def test_there_is_no_fourth_step(client):
    client.force_login(MemberFactory())
    assert client.get("/welcome/shoe-size/").status_code == 404


def test_who_came_by_invitation_goes_on_to_the_circle(client):
    client.force_login(MemberFactory(welcomed_at=None))
    session = client.session
    session["invitation"] = "a-key"
    session.save()

    assert client.post("/welcome/done/").url == "/invitations/a-key/"


def test_circles_that_ask_for_a_group_are_offered_to_those_confirmed_in_it(client):
    member = MemberFactory()
    wanted = CircleFactory(title="Officers", required_groups=["law_enforcement"])
    assert wanted not in queries.circles_that_fit(member)

    member.affiliations.create(
        group="law_enforcement",
        way="administrator",
        asked_at=timezone.now(),
        granted_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=9),
    )

    assert queries.circles_that_fit(fresh(member)) == [wanted]


# Oneself


@pytest.mark.parametrize(
    "path",
    [
        "/me/",
        "/me/profile/",
        "/me/audience/",
        "/me/access-log/",
        "/me/data/",
        "/me/vouch/",
        "/me/affiliations/",
        "/me/affiliations/ask/",
        "/welcome/circles/",
    ],
)
def test_a_settings_page_costs_little_and_has_one_heading(
    client, path, django_assert_max_num_queries
):
    member = MemberFactory()
    client.force_login(member)

    with django_assert_max_num_queries(8):
        response = client.get(path)

    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


def test_my_access_log_is_mine(client):
    member, other = MemberFactory(), MemberFactory()
    for owner, sentence in ((member, "Mine was opened"), (other, "Theirs was opened")):
        AccessLog.objects.create(
            member=owner, sentence=sentence, thing_kind="x", thing_id=1, at=timezone.now()
        )
    client.force_login(member)

    page = client.get("/me/access-log/").content.decode()

    assert "Mine was opened" in page
    assert "Theirs was opened" not in page


PASSWORD = "copper lantern drifts sideways"


@pytest.fixture
def ana(client):
    member = MemberFactory(email="ana@police.example", name="Ana")
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client.post("/account/login/", {"login": member.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return member


def test_my_data_comes_as_one_file_a_room(client, ana):
    circle = CircleFactory(title="Night shift", members=[ana])
    known = rooms()
    open_room(
        Room(
            name="test-room",
            title="",
            slots={"export": lambda request, *, member: json.dumps({"words": member.name})},
        )
    )

    try:
        response = client.post("/me/data/download/")
    finally:
        registry._rooms.pop("test-room")

    assert [room.name for room in rooms()] == [room.name for room in known]
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        mine = json.loads(archive.read("members.json"))
        theirs = json.loads(archive.read("test-room.json"))
    assert mine["account"]["email"] == "ana@police.example"
    assert mine["circles"][0]["circle"] == circle.title
    assert mine["profile"]["who_may_see"]["organisation"] == "circles"
    assert theirs == {"words": "Ana"}


@pytest.mark.parametrize("path", ["/me/data/download/", "/me/close/"])
def test_data_and_closing_ask_for_the_password_again(client, path):
    member = MemberFactory()
    member.set_password(PASSWORD)
    member.save()
    client.force_login(member)

    assert client.post(path, {"understood": "on"}).url.startswith("/account/reauthenticate/")
    member.refresh_from_db()
    assert member.is_active


# Leaving


def test_closing_an_account_erases_the_person_and_keeps_what_they_brought(client, ana, mailoutbox):
    picture = Upload.objects.create(
        owner=ana, type="picture", file="x.png", name="x", size=1, at=timezone.now()
    )
    circle = CircleFactory(members=[ana], hosts=[MemberFactory()])
    Draft.objects.create(owner=ana, place="topic:", saved_at=timezone.now())
    Invitation.objects.create(
        circle=circle,
        email="friend@example.org",
        key_hash="x",
        invited_by=ana,
        made_at=timezone.now(),
        expires_at=timezone.now(),
    )

    response = client.post("/me/close/", {"understood": "on"})

    ana.refresh_from_db()
    picture.refresh_from_db()
    assert "Your account is closed" in response.content.decode()
    assert client.get("/me/").status_code == 302
    assert (ana.name, ana.role, ana.group, ana.country, ana.about) == ("", "", "", "", "")
    assert ana.email == f"closed-{ana.pk}@account.invalid"
    assert not ana.has_usable_password()
    assert not EmailAddress.objects.filter(user=ana).exists()
    for belongings in (ana.memberships, ana.drafts, ana.usersession_set):
        assert not belongings.exists()
    assert not Invitation.objects.exists()
    assert picture.owner == ana
    byline = Names(MemberFactory(), [picture.owner]).named(picture.owner)
    assert (byline.name, byline.url) == ("A former member", "")


def test_nobody_signs_in_to_a_closed_account(client, ana):
    client.post("/me/close/", {"understood": "on"})

    response = client.post("/account/login/", {"login": "ana@police.example", "password": PASSWORD})

    assert response.status_code == 200
    assert "is not right" in response.content.decode()


def test_the_address_of_a_closed_account_can_join_again(client, ana):
    client.post("/me/close/", {"understood": "on"})

    client.post("/account/signup/", {"email": "ana@police.example", "password1": PASSWORD})

    assert Member.objects.filter(email="ana@police.example", is_active=True).exists()


def test_closing_wants_the_box_ticked(client, ana):
    client.post("/me/close/", {})

    ana.refresh_from_db()
    assert ana.is_active


def test_the_only_host_hands_over_first(client, ana):
    circle = CircleFactory(title="Night shift", hosts=[ana])

    page = client.get("/me/close/").content.decode()
    with pytest.raises(Refused, match="Night shift"):
        services.close_account(by=ana)

    assert "Hand over first." in page
    circle.memberships.create(member=MemberFactory(), role="host", since=timezone.now())
    services.close_account(by=ana)
    assert not ana.is_active


def test_the_only_administrator_stays():
    boss = MemberFactory(is_administrator=True)

    with pytest.raises(Refused, match="only administrator"):
        services.close_account(by=boss)

    MemberFactory(is_administrator=True)
    services.close_account(by=boss)
    assert not boss.is_administrator


# Suspending


def test_a_suspended_member_reads_like_a_stranger_and_is_told_on_every_page(
    client, ana, django_capture_on_commit_callbacks
):
    boss = MemberFactory(is_administrator=True)
    with django_capture_on_commit_callbacks(execute=True):
        services.suspend(ana, by=boss, reason="You posted names of witnesses.")

    for path in ("/me/", "/me/data/", "/me/profile/"):
        page = client.get(path).content.decode()
        assert "Your account is suspended." in page
        assert "You posted names of witnesses." in page
    assert client.get(f"/people/{boss.pk}/").status_code == 404
    assert mail.outbox[-1].to == ["ana@police.example"]
    assert "You posted names of witnesses." in mail.outbox[-1].body


def test_restoring_tells_the_member(ana, django_capture_on_commit_callbacks):
    boss = MemberFactory(is_administrator=True)
    services.suspend(ana, by=boss, reason="Why")

    with django_capture_on_commit_callbacks(execute=True):
        services.restore(ana, by=boss, reason="We were wrong.")

    assert not ana.is_suspended
    assert ana.suspension_reason == ""
    assert "We were wrong." in mail.outbox[-1].body
    assert [entry.verb for entry in Activity.objects.order_by("id")][-2:] == [
        "suspended",
        "restored",
    ]


def test_nobody_is_suspended_twice_and_nobody_suspends_themselves(ana):
    boss = MemberFactory(is_administrator=True)
    services.suspend(ana, by=boss, reason="Why")

    with pytest.raises(Refused, match="already"):
        services.suspend(ana, by=boss, reason="Why")
    with pytest.raises(PermissionDenied):
        services.suspend(boss, by=boss, reason="Why")
    with pytest.raises(PermissionDenied):
        services.suspend(boss, by=MemberFactory(is_moderator=True), reason="Why")


# Administration


ADMINISTRATION = [
    "/administration/members/",
    "/administration/members/{pk}/",
    "/administration/members/{pk}/suspend/",
    "/administration/members/{pk}/restore/",
    "/administration/members/{pk}/confirm/",
    "/administration/organisations/",
    "/administration/organisations/add/",
]


@pytest.mark.parametrize("path", ADMINISTRATION)
def test_administration_is_for_administrators(client, path):
    target, boss = MemberFactory(), MemberFactory(is_administrator=True)
    path = path.format(pk=target.pk)
    assert client.get(path).status_code == 302
    client.force_login(MemberFactory(is_moderator=True))
    assert client.get(path).status_code == 403
    client.force_login(boss)
    response = client.get(path)
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


def test_a_suspended_administrator_administers_nothing(client):
    client.force_login(MemberFactory(is_administrator=True, suspended_at=timezone.now()))

    assert client.get("/administration/members/").status_code == 403


def test_an_administrator_suspends_with_a_reason_on_a_page(client):
    target, boss = MemberFactory(), MemberFactory(is_administrator=True)
    client.force_login(boss)
    path = f"/administration/members/{target.pk}/suspend/"

    assert client.post(path, {"reason": ""}).status_code == 200
    target.refresh_from_db()
    assert not target.is_suspended
    client.post(path, {"reason": "Names of witnesses"})

    target.refresh_from_db()
    assert target.suspension_reason == "Names of witnesses"
    entry = Activity.objects.get(verb="suspended")
    assert (entry.actor, entry.subject_id) == (boss, target.pk)


def test_administrators_find_members_by_address(client):
    MemberFactory(email="findme@police.example", name="Found")
    MemberFactory(name="Hidden")
    client.force_login(MemberFactory(is_administrator=True))

    page = client.get("/administration/members/?q=findme").content.decode()

    assert "Found" in page
    assert "Hidden" not in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_members_costs_the_same_for_one_and_ten(
    client, count, django_assert_num_queries
):
    MemberFactory.create_batch(count)
    client.force_login(MemberFactory(is_administrator=True))

    with django_assert_num_queries(6):
        client.get("/administration/members/")
