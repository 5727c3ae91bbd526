"""Groups are confirmed by address, by two who vouch, by an administrator, and for a year."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.members import domains, tasks
from media4sec.members.models import Affiliation, Circle, Group, Member, Organisation, Vouch
from media4sec.members.queries import people as queries
from media4sec.members.services import affiliations as services
from media4sec.members.services import people
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db
POLICE = Group.LAW_ENFORCEMENT
Way = Affiliation.Way


@pytest.fixture
def boss():
    return MemberFactory(is_administrator=True)


@pytest.fixture
def police(boss):
    return services.add_organisation(
        by=boss, name="River police", group=POLICE, country="NL", domains=["police.example"]
    )


def owner_of(address, **said):
    member = MemberFactory(email=address, **said)
    EmailAddress.objects.create(user=member, email=address, verified=True, primary=True)
    return member


def confirmed(group=POLICE, **said):
    member = MemberFactory(group=group, **said)
    member.affiliations.create(
        group=group,
        way=Way.ADMINISTRATOR,
        asked_at=timezone.now(),
        granted_at=timezone.now(),
        expires_at=timezone.now() + Affiliation.LASTS,
    )
    services.refresh(member)
    return member


def verbs():
    return [entry.verb for entry in Activity.objects.order_by("id")]


# By address


@pytest.mark.parametrize(
    "address",
    [
        "ana@police.example",
        "ana@POLICE.example",
        "ana@district.police.example",
        '"a@b"@police.example',
    ],
)
def test_an_address_of_the_domain_or_below_belongs(address):
    assert domains.belongs(address, ["police.example"])


@pytest.mark.parametrize(
    "address",
    [
        "ana@evilpolice.example",
        "ana@police.example.evil.example",
        "ana@police.example.evil",
        '"ana@police.example"@evil.example',
        "ana@police.example@evil.example",
        "ana@policeexample",
        "ana@роlice.example",  # Cyrillic letters that look the same
        "ana@police-example",
        "ana@.example",
        "police.example",
        "ana@",
        "",
        "ana@" + "x" * 100_000,
    ],
)
def test_an_address_that_only_looks_like_it_does_not_belong(address):
    assert not domains.belongs(address, ["police.example"])


@pytest.mark.parametrize("domain", ["gmail.com", "eu.gmail.com", "proton.me", "co.uk", "com", ""])
def test_what_everybody_can_get_proves_nothing(domain, boss):
    assert not domains.belongs(f"ana@{domain}", [domain])
    with pytest.raises(Refused, match="proves nothing"):
        services.add_organisation(by=boss, name="X", group=POLICE, country="", domains=[domain])


def test_a_domain_is_kept_as_dns_writes_it(boss):
    organisation = services.add_organisation(
        by=boss, name="X", group=POLICE, country="", domains=["Polizei-Köln.example.", "a.example"]
    )

    assert organisation.domains == ["a.example", "xn--polizei-kln-zfb.example"]


def test_two_organisations_never_share_a_domain(police, boss):
    with pytest.raises(Refused, match="River police"):
        services.add_organisation(
            by=boss, name="Other", group="business", country="", domains=["police.example"]
        )
    services.revise_organisation(
        police, by=boss, name="River", group=POLICE, country="", domains=["police.example"]
    )
    assert police.name == "River"


def test_a_confirmed_address_confirms_the_group_at_once(police):
    ana = owner_of("ana@police.example")

    affiliation = services.confirm_by_address(by=ana)

    assert affiliation.is_valid
    assert (affiliation.way, affiliation.organisation) == (Way.DOMAIN, police)
    assert Member.objects.get(pk=ana.pk).is_verified
    assert verbs() == ["checked", "confirmed_group"]


def test_the_nearest_domain_says_which_group(police, boss):
    services.add_organisation(
        by=boss,
        name="Police academy",
        group=Group.RESEARCH,
        country="",
        domains=["academy.police.example"],
    )

    assert services.organisation_of("a@academy.police.example").group == Group.RESEARCH
    assert services.organisation_of("a@district.police.example") == police
    assert services.organisation_of("a@elsewhere.example") is None


def test_an_address_that_is_not_confirmed_confirms_nothing(police):
    ana = MemberFactory(email="ana@police.example")
    EmailAddress.objects.create(user=ana, email=ana.email, verified=False, primary=True)

    with pytest.raises(Refused, match="not one of an organisation"):
        services.confirm_by_address(by=ana)


def test_an_address_one_is_only_changing_to_confirms_nothing(police):
    ana = owner_of("ana@home.example")
    EmailAddress.objects.create(user=ana, email="ana@police.example", verified=False)

    with pytest.raises(Refused, match="not one of an organisation"):
        services.confirm_by_address(by=ana)


def test_the_page_offers_the_address_only_where_it_helps(client, police):
    client.force_login(owner_of("ana@police.example"))
    assert "River police" in client.get("/me/affiliations/").content.decode()
    assert client.post("/me/affiliations/by-address/").status_code == 302
    assert "Confirm by my address" not in client.get("/me/affiliations/").content.decode()

    client.force_login(owner_of("bo@home.example"))
    assert "River police" not in client.get("/me/affiliations/").content.decode()
    assert client.post("/me/affiliations/by-address/").status_code == 422


def test_what_is_confirmed_is_not_confirmed_again_at_once(police):
    ana = owner_of("ana@police.example")
    services.confirm_by_address(by=ana)

    with pytest.raises(Refused, match="confirmed already"):
        services.confirm_by_address(by=ana)


# By two who vouch


@pytest.fixture
def asking():
    return services.ask(by=MemberFactory(name="Asking"), group=POLICE, way=Way.VOUCHED)


def test_the_second_of_two_confirms(asking):
    first, second = confirmed(), confirmed()

    services.vouch(asking, by=first)
    assert not asking.is_valid
    services.vouch(asking, by=second)

    asking.refresh_from_db()
    assert asking.is_valid
    assert asking.member.is_verified
    assert verbs() == ["asked_to_be_confirmed", "vouched", "vouched", "confirmed_group"]


def test_one_voice_counts_once(asking):
    first = confirmed()
    services.vouch(asking, by=first)

    with pytest.raises(Refused, match="vouched already"):
        services.vouch(asking, by=first)

    assert Vouch.objects.count() == 1


def test_nobody_vouches_for_themselves():
    ana = confirmed(group=Group.RESEARCH)
    asking = services.ask(by=ana, group=POLICE, way=Way.VOUCHED)
    ana.affiliations.create(
        group=POLICE,
        way=Way.ADMINISTRATOR,
        asked_at=timezone.now(),
        granted_at=timezone.now(),
        expires_at=timezone.now() + Affiliation.LASTS,
    )

    with pytest.raises(PermissionDenied):
        services.vouch(asking, by=ana)


@pytest.mark.parametrize(
    "voucher",
    [
        lambda: MemberFactory(),
        lambda: confirmed(group=Group.RESEARCH),
        lambda: confirmed(suspended_at=timezone.now()),
        lambda: MemberFactory(is_administrator=True),
    ],
    ids=["unconfirmed", "another group", "suspended", "administrator"],
)
def test_only_confirmed_members_of_the_group_vouch(asking, voucher, client):
    voucher = voucher()

    with pytest.raises(PermissionDenied):
        services.vouch(asking, by=voucher)
    client.force_login(voucher)
    assert client.get(f"/me/vouch/{asking.pk}/").status_code == 404
    assert "Asking" not in client.get("/me/vouch/").content.decode()


@pytest.mark.parametrize("change", ["expired", "withdrawn", "suspended", "closed"])
def test_a_voice_counts_only_while_its_owner_is_confirmed(asking, boss, change):
    first, second = confirmed(), confirmed()
    services.vouch(asking, by=first)
    if change == "expired":
        first.affiliations.update(expires_at=timezone.now())
    elif change == "withdrawn":
        services.withdraw(first.affiliations.get(), by=boss, reason="Left")
    elif change == "suspended":
        people.suspend(first, by=boss, reason="Why")
    else:
        people.close_account(by=first)

    services.vouch(asking, by=second)

    asking.refresh_from_db()
    assert not asking.is_valid
    services.vouch(asking, by=confirmed())
    asking.refresh_from_db()
    assert asking.is_valid


def test_members_of_the_group_see_who_asks_and_vouch_with_a_tick(client, asking):
    voucher = confirmed()
    client.force_login(voucher)
    assert "Asking" in client.get("/me/vouch/").content.decode()
    path = f"/me/vouch/{asking.pk}/"

    assert client.post(path, {}).status_code == 200
    assert not Vouch.objects.exists()
    assert client.post(path, {"knows": "on"}).url == "/me/vouch/"

    assert Vouch.objects.get().voucher == voucher


def test_who_asked_an_administrator_does_not_ask_the_group(boss):
    asked = services.ask(by=MemberFactory(), group=POLICE, way=Way.ADMINISTRATOR, note="See page")
    voucher = confirmed()

    assert not queries.asks_me(voucher).exists()
    with pytest.raises(Refused, match="any more"):
        services.vouch(asked, by=voucher)
    assert list(queries.waiting_for_administrator()) == [asked]


def test_who_asks_may_take_it_back_and_nobody_else_may(client, asking):
    other = MemberFactory()
    client.force_login(other)
    assert client.post(f"/me/affiliations/{asking.pk}/take-back/").status_code == 404
    with pytest.raises(PermissionDenied):
        services.take_back(asking, by=other)

    client.force_login(asking.member)
    client.post(f"/me/affiliations/{asking.pk}/take-back/")

    assert not Affiliation.objects.filter(pk=asking.pk).exists()


def test_asking_twice_is_asking_once(asking):
    again = services.ask(by=asking.member, group=POLICE, way=Way.ADMINISTRATOR)

    assert again.pk == asking.pk
    assert again.way == Way.ADMINISTRATOR


def test_the_list_of_those_who_ask_costs_the_same_for_one_and_ten(
    client, django_assert_num_queries
):
    client.force_login(confirmed())
    for count in (1, 9):
        for member in MemberFactory.create_batch(count):
            services.ask(by=member, group=POLICE, way=Way.VOUCHED)
        with django_assert_num_queries(4):
            client.get("/me/vouch/")


# By an administrator


def test_an_administrator_confirms_with_a_note(client, boss):
    member = MemberFactory(group="")
    client.force_login(boss)
    path = f"/administration/members/{member.pk}/confirm/"

    assert client.post(path, {"group": POLICE, "note": ""}).status_code == 200
    client.post(path, {"group": POLICE, "note": "Called the station."})

    affiliation = member.affiliations.get()
    assert affiliation.is_valid
    assert (affiliation.way, affiliation.granted_by) == (Way.ADMINISTRATOR, boss)
    assert affiliation.note == "Called the station."
    member.refresh_from_db()
    assert (member.group, member.is_verified) == (POLICE, True)


def test_only_administrators_confirm_decline_and_withdraw(asking):
    moderator = MemberFactory(is_moderator=True)

    with pytest.raises(PermissionDenied):
        services.grant(asking.member, by=moderator, group=POLICE, note="x")
    with pytest.raises(PermissionDenied):
        services.decline(asking, by=moderator, reason="x")
    with pytest.raises(PermissionDenied):
        services.withdraw(asking, by=moderator, reason="x")
    with pytest.raises(PermissionDenied):
        services.add_organisation(by=moderator, name="X", group=POLICE, country="", domains=[])


def test_a_refusal_is_told_with_its_reason(boss, django_capture_on_commit_callbacks):
    asked = services.ask(by=MemberFactory(), group=POLICE, way=Way.ADMINISTRATOR)

    with django_capture_on_commit_callbacks(execute=True):
        services.decline(asked, by=boss, reason="The page does not name you.")

    assert "The page does not name you." in mail.outbox[0].body
    assert not queries.waiting_for_administrator().exists()


# Ending


@pytest.fixture
def officers():
    return CircleFactory(
        title="Officers", kind=Circle.Kind.CLOSED, required_groups=[POLICE], hosts=[confirmed()]
    )


def test_withdrawing_ends_circles_that_ask_for_the_group(
    boss, officers, django_capture_on_commit_callbacks
):
    ana = confirmed()
    officers.memberships.create(member=ana, since=timezone.now())
    open_circle = CircleFactory(members=[ana])

    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw(ana.affiliations.get(), by=boss, reason="You changed your work.")

    ana.refresh_from_db()
    assert not ana.is_verified
    assert [each.circle for each in ana.memberships.all()] == [open_circle]
    letter = next(each for each in mail.outbox if "no longer confirmed" in each.subject)
    assert letter.to == [ana.email]
    assert "You changed your work." in letter.body


def test_what_an_administrator_withdrew_only_an_administrator_gives_back(police, boss):
    ana = owner_of("ana@police.example")
    affiliation = services.confirm_by_address(by=ana)
    services.withdraw(affiliation, by=boss, reason="Left the service")

    with pytest.raises(Refused, match="administrator has withdrawn"):
        services.confirm_by_address(by=ana)
    with pytest.raises(Refused, match="administrator has withdrawn"):
        services.ask(by=ana, group=POLICE, way=Way.VOUCHED)
    services.grant(ana, by=boss, group=POLICE, note="Back again")

    assert ana.affiliations.valid().exists()


def test_what_ended_is_not_withdrawn_again(boss):
    affiliation = confirmed().affiliations.get()
    services.withdraw(affiliation, by=boss, reason="Why")

    with pytest.raises(Refused, match="not confirmed any more"):
        services.withdraw(affiliation, by=boss, reason="Why")


def test_the_badge_goes_with_the_group_it_confirms(police):
    ana = owner_of("ana@police.example")
    services.confirm_by_address(by=ana)

    people.edit_profile(by=ana, group=Group.RESEARCH)
    assert not Member.objects.get(pk=ana.pk).is_verified

    people.edit_profile(by=ana, group=POLICE)
    assert Member.objects.get(pk=ana.pk).is_verified


# A year later


def test_a_month_before_its_end_a_member_is_reminded_once(django_capture_on_commit_callbacks):
    ana = confirmed()
    with time_machine.travel(timezone.now() + timedelta(days=334)):
        tasks.ask_again()
    assert verbs() == []

    with (
        time_machine.travel(timezone.now() + timedelta(days=336)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.ask_again()
        tasks.ask_again()

    assert [letter.to for letter in mail.outbox] == [[ana.email]]
    assert "confirmed again" in mail.outbox[0].subject


def test_after_a_year_it_ends_with_the_circles_that_ask_for_it(
    officers, django_capture_on_commit_callbacks
):
    ana = confirmed()
    officers.memberships.create(member=ana, since=timezone.now())

    with (
        time_machine.travel(timezone.now() + timedelta(days=366)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.ask_again()
        tasks.ask_again()

        ana.refresh_from_db()
        assert not ana.is_verified
        assert not ana.memberships.exists()
    assert ana.affiliations.get().withdrawn_reason == "A year has passed."
    assert verbs().count("expired") == 2  # hers and the host's


def test_a_new_year_is_confirmed_without_a_gap(police, officers):
    ana = owner_of("ana@police.example")
    services.confirm_by_address(by=ana)
    officers.memberships.create(member=ana, since=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(days=340)):
        services.confirm_by_address(by=ana)
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        tasks.ask_again()
        assert ana.affiliations.valid().count() == 1

    assert officers.memberships.filter(member=ana).exists()
    assert ana.affiliations.count() == 1


def test_while_a_new_year_is_asked_for_the_old_one_counts():
    ana = confirmed()
    with time_machine.travel(timezone.now() + timedelta(days=340)):
        asking = services.ask(by=ana, group=POLICE, way=Way.VOUCHED)
        assert ana.affiliations.valid().count() == 1
        voices = [confirmed(), confirmed()]
        for voice in voices:
            services.vouch(asking, by=voice)
        assert [each.way for each in ana.affiliations.valid()] == [Way.VOUCHED]


# Organisations


def test_organisations_are_added_and_changed_on_a_page(client, boss):
    client.force_login(boss)
    said = {"name": "River police", "group": POLICE, "country": "NL"}

    response = client.post(
        "/administration/organisations/add/", {**said, "domains": "police.example\nriver.example"}
    )
    organisation = Organisation.objects.get()
    assert response.url == "/administration/organisations/"
    assert organisation.domains == ["police.example", "river.example"]

    client.post(
        f"/administration/organisations/{organisation.pk}/", {**said, "domains": "river.example"}
    )
    organisation.refresh_from_db()
    assert organisation.domains == ["river.example"]
    assert verbs() == ["checked", "revised"]


def test_a_domain_that_proves_nothing_is_refused_on_the_page(client, boss):
    client.force_login(boss)

    response = client.post(
        "/administration/organisations/add/",
        {"name": "X", "group": POLICE, "domains": "gmail.com"},
    )

    assert "gmail.com proves nothing" in response.content.decode()
    assert not Organisation.objects.exists()


def test_two_organisations_do_not_share_a_name(police, boss):
    with pytest.raises(ValidationError):
        services.add_organisation(
            by=boss, name="River police", group=POLICE, country="", domains=["x.example"]
        )
