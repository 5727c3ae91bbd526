"""Joining, signing in, changing the address, second steps, sessions: through the pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.http import int_to_base36

from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members import adapters, tasks
from media4sec.members.models import Affiliation, Group, Member, Organisation
from media4sec.members.services import affiliations, people
from media4sec.members.tests.factories import MemberFactory

PASSWORD = "copper lantern drifts sideways"
OTHER = "seven quiet otters borrow umbrellas"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def account(email="ana@police.example", **said):
    member = MemberFactory(email=email, **said)
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
    return member


def sign_in(client, member):
    response = client.post("/account/login/", {"login": member.email, "password": PASSWORD})
    assert response.status_code == 302
    return response


def link_in(message):
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def without_tokens(response):
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())
    return re.sub(r"[a-z]+@[a-z.]+", "ADDRESS", text)


def join(client, email, password=PASSWORD, **extra):
    return client.post("/account/signup/", {"email": email, "password1": password}, **extra)


# Joining


def test_a_newcomer_joins_confirms_and_is_welcomed(client):
    response = join(client, "new@example.org")
    assert response.url == "/account/confirm-email/"
    member = Member.objects.get(email="new@example.org")
    assert not member.is_confirmed

    confirm = link_in(mail.outbox[0])
    assert client.get(confirm).status_code == 200
    response = client.post(confirm)

    member.refresh_from_db()
    assert response.url == "/welcome/"
    assert member.is_confirmed
    assert [entry.verb for entry in Activity.objects.all()] == ["joined"]


def test_looking_at_the_link_confirms_nothing(client):
    join(client, "new@example.org")

    client.get(link_in(mail.outbox[0]))

    assert not Member.objects.get().is_confirmed


def test_a_confirmation_works_once(client):
    join(client, "new@example.org")
    link = link_in(mail.outbox[0])
    client.post(link)

    again = Client().get(link)

    assert "has been used already" in again.content.decode()
    assert Client().post(link).status_code == 404


def test_a_confirmation_grows_old(client):
    join(client, "new@example.org")
    link = link_in(mail.outbox[0])

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert Client().post(link).status_code == 404

    assert not Member.objects.get().is_confirmed


def test_nobody_signs_in_before_they_have_confirmed(client):
    join(client, "new@example.org")

    response = Client().post(
        "/account/login/", {"login": "new@example.org", "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain[-1][0] == "/account/confirm-email/"
    assert not response.context["visitor"].is_authenticated


@pytest.mark.parametrize("password", ["short", "password12345", "qwertyuiop", "ana@police.example"])
def test_a_password_that_is_easy_to_guess_is_refused(client, password):
    response = join(client, "ana@police.example", password)

    assert response.status_code == 200
    assert not Member.objects.exists()


def test_a_password_of_100000_characters_is_refused(client):
    response = join(client, "ana@police.example", "x7 K" * 25_000)

    assert "Use at most 256 characters." in response.content.decode()


def test_sign_up_shows_what_a_password_needs(client):
    assert "At least 10 characters" in client.get("/account/signup/").content.decode()


@override_settings(SIGNUP="invited")
def test_without_an_invitation_a_closed_community_stays_closed(client):
    assert "You need an invitation" in client.get("/account/signup/").content.decode()
    join(client, "new@example.org")

    assert not Member.objects.exists()


@override_settings(SIGNUP="invited")
def test_an_invitation_in_the_session_opens_the_sign_up(client):
    session = client.session
    session["invitation"] = "key"
    session.save()

    join(client, "new@example.org")

    assert Member.objects.get().email == "new@example.org"


def test_every_mail_is_text_first_and_html_second(client):
    join(client, "new@example.org")

    message = mail.outbox[0]
    assert message.subject == "Confirm your email address for MEDI@4SEC Community"
    assert [kind for _body, kind in message.alternatives] == ["text/html"]
    assert link_in(message) in message.alternatives[0][0]


# Whether an address has an account


def test_sign_up_does_not_tell_whether_an_address_has_an_account():
    account("known@example.org")
    pages = {}
    for email in ("known@example.org", "fresh@example.org"):
        client = Client()
        first = join(client, email)
        second = client.get(first.url)
        pages[email] = (first.status_code, first.url, second.status_code, without_tokens(second))

    assert pages["known@example.org"] == pages["fresh@example.org"]
    assert [len(message.to) for message in mail.outbox] == [1, 1]


def test_the_owner_of_a_known_address_learns_that_somebody_tried(client):
    account("known@example.org")

    join(client, "known@example.org")

    assert mail.outbox[0].to == ["known@example.org"]
    assert "You have an account already" in mail.outbox[0].body
    assert Member.objects.count() == 1


def test_a_known_address_costs_as_much_time_as_a_new_one(client, monkeypatch):
    account("known@example.org")
    hashed = []
    monkeypatch.setattr("media4sec.members.forms.accounts.make_password", hashed.append)

    join(client, "known@example.org")

    assert hashed == [PASSWORD]


def test_password_reset_does_not_tell_whether_an_address_has_an_account():
    account("known@example.org")
    pages = {}
    for email in ("known@example.org", "fresh@example.org"):
        client = Client()
        first = client.post("/account/password/reset/", {"email": email})
        second = client.get(first.url)
        pages[email] = (first.status_code, first.url, second.status_code, without_tokens(second))

    assert pages["known@example.org"] == pages["fresh@example.org"]
    assert sorted(message.to[0] for message in mail.outbox) == [
        "fresh@example.org",
        "known@example.org",
    ]


def test_sign_in_does_not_tell_whether_an_address_has_an_account():
    account("known@example.org")
    pages = [
        Client().post("/account/login/", {"login": email, "password": OTHER})
        for email in ("known@example.org", "fresh@example.org")
    ]

    assert pages[0].status_code == pages[1].status_code == 200
    assert without_tokens(pages[0]) == without_tokens(pages[1])


# Signing in


def test_sign_in_leads_home_or_to_the_welcome(client):
    assert sign_in(client, account("old@example.org")).url == "/"
    newcomer = account("fresh@example.org", welcomed_at=None)
    assert sign_in(Client(), newcomer).url == "/welcome/"


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_who_tries_too_often_gets_a_clear_page(client):
    for _attempt in range(2):
        client.post("/account/login/", {"login": "a@example.org", "password": OTHER})

    response = client.post("/account/login/", {"login": "a@example.org", "password": OTHER})

    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Please wait a moment." in response.content.decode()


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "3/300s/key"})
def test_guessing_at_one_account_is_stopped_even_with_the_right_password(client):
    member = account()
    for _attempt in range(3):
        client.post("/account/login/", {"login": member.email, "password": OTHER})

    response = client.post("/account/login/", {"login": member.email, "password": PASSWORD})

    assert response.status_code == 200
    assert "Too many tries" in response.content.decode()


def test_a_new_password_by_mail(client):
    member = account()
    client.post("/account/password/reset/", {"email": member.email})
    link = link_in(mail.outbox[0])
    form = client.get(link).url

    response = client.post(form, {"password1": OTHER})

    member.refresh_from_db()
    assert response.url == "/account/password/reset/key/done/"
    assert member.check_password(OTHER)


def test_a_reset_link_works_once(client):
    member = account()
    client.post("/account/password/reset/", {"email": member.email})
    link = link_in(mail.outbox[0])
    client.post(client.get(link).url, {"password1": OTHER})

    assert "has been used already" in Client().get(link).content.decode()


def test_a_reset_link_for_somebody_else_is_no_good(client):
    victim, attacker = account("victim@example.org"), account("attacker@example.org")
    client.post("/account/password/reset/", {"email": attacker.email})
    own = f"/key/{int_to_base36(victim.pk)}-"
    link = re.sub(r"/key/[0-9a-z]+-", own, link_in(mail.outbox[0]))

    assert "has been used already" in client.get(link).content.decode()


# Changing the address


def ask_for(client, address):
    client.post("/account/email/", {"email": address, "action_add": ""})
    return link_in(mail.outbox[-1])


@pytest.fixture
def ana(client):
    """Signed in a moment ago, and asked once more for her password."""
    member = account("ana@police.example")
    sign_in(client, member)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return member


def test_an_address_changes_only_when_both_have_agreed(client, ana):
    new_link = ask_for(client, "ana@city.example")
    assert mail.outbox[-1].to == ["ana@city.example"]
    response = client.post(new_link)
    ana.refresh_from_db()
    assert (response.url, ana.email) == ("/me/address/one-more-step/", "ana@police.example")

    assert mail.outbox[-1].to == ["ana@police.example"]
    old_link = link_in(mail.outbox[-1])
    assert client.get(old_link).status_code == 200
    ana.refresh_from_db()
    assert ana.email == "ana@police.example"

    client.post(old_link)

    ana.refresh_from_db()
    assert ana.email == "ana@city.example"
    assert [each.email for each in ana.emailaddress_set.all()] == ["ana@city.example"]
    assert ana.is_confirmed


def test_a_change_of_address_asks_for_the_password_again(client):
    sign_in(client, account())

    response = client.post("/account/email/", {"email": "thief@example.org", "action_add": ""})

    assert response.url.startswith("/account/reauthenticate/")
    assert mail.outbox == []


def test_the_page_of_a_new_address_says_that_one_step_is_left(client, ana):
    link = ask_for(client, "ana@city.example")

    response = client.post(link, follow=True)

    assert "One more step" in response.content.decode()


def test_the_old_addresss_link_works_once(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    old_link = link_in(mail.outbox[-1])
    client.post(old_link)

    assert client.get(old_link).status_code == 410
    assert client.post(old_link).status_code == 410


def test_the_old_addresss_link_grows_old(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    old_link = link_in(mail.outbox[-1])

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert Client().post(old_link).status_code == 410

    ana.refresh_from_db()
    assert ana.email == "ana@police.example"


def test_an_altered_link_is_no_good(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    old_link = link_in(mail.outbox[-1])

    assert client.post(old_link[:-3] + "xx/").status_code == 410
    assert client.post("/me/address/nonsense/").status_code == 410


def test_a_cancelled_change_cannot_be_agreed_to(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    old_link = link_in(mail.outbox[-1])
    client.post("/account/email/", {"email": "ana@city.example", "action_remove": ""})

    assert client.post(old_link).status_code == 410


def test_a_link_for_one_change_does_not_agree_to_another(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    old_link = link_in(mail.outbox[-1])
    ask_for(client, "thief@example.org")

    assert client.post(old_link).status_code == 410


def test_an_address_of_somebody_else_is_neither_told_nor_taken(client, ana):
    account("taken@example.org")

    response = client.post("/account/email/", {"email": "taken@example.org", "action_add": ""})

    assert response.status_code == 302
    page = Client().get(link_in(mail.outbox[-1])).content.decode()
    assert "This address cannot be confirmed." in page


def test_an_address_typed_by_a_stranger_who_never_confirmed_is_free(client, ana):
    join(Client(), "ana@city.example")
    client.post(ask_for(client, "ana@city.example"))

    client.post(link_in(mail.outbox[-1]))

    ana.refresh_from_db()
    assert ana.email == "ana@city.example"
    assert Member.objects.count() == 1


def test_a_mistyped_new_address_opens_nobodys_account(client, ana):
    ask_for(client, "mistyped@example.org")
    mail.outbox.clear()

    Client().post("/account/password/reset/", {"email": "mistyped@example.org"})

    assert "There is no account with it" in mail.outbox[0].body


def test_who_leaves_an_organisations_address_is_no_longer_confirmed_by_it(client, ana):
    Organisation.objects.create(
        name="Police",
        group=Group.LAW_ENFORCEMENT,
        domains=["police.example"],
        checked_at=timezone.now(),
    )
    affiliations.confirm_by_address(by=ana)
    client.post(ask_for(client, "ana@home.example"))

    client.post(link_in(mail.outbox[-1]))

    ana.refresh_from_db()
    assert not Affiliation.objects.valid().exists()
    assert not ana.is_verified


def test_agreeing_refuses_an_address_that_was_confirmed_elsewhere_meanwhile(client, ana):
    client.post(ask_for(client, "ana@city.example"))
    change = adapters.find_change(link_in(mail.outbox[-1]).split("/")[-2])
    MemberFactory(email="ana@city.example")

    with pytest.raises(Refused, match="cannot be used"):
        adapters.change_address(change, None)


# Second steps


def test_an_authenticator_app_is_set_up_and_asked_for(client, ana):
    page = client.get("/account/2fa/totp/activate/")
    assert "data:" not in page.content.decode()
    secret = page.context["form"].secret
    picture = client.get("/me/second-step.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    response = client.post("/account/2fa/totp/activate/", {"code": code})

    assert response.url == "/account/2fa/recovery-codes/"
    assert client.get("/me/second-step.svg").status_code == 404
    assert sign_in(Client(), ana).url == "/account/2fa/authenticate/"


def test_recovery_codes_open_the_door_once_each(client, ana):
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/account/2fa/totp/activate/", {"code": code})
    recovery = client.get("/account/2fa/recovery-codes/").context["unused_codes"][0]

    other = Client()
    sign_in(other, ana)
    assert other.post("/account/2fa/authenticate/", {"code": recovery}).url == "/"
    third = Client()
    sign_in(third, ana)
    again = third.post("/account/2fa/authenticate/", {"code": recovery})

    assert again.status_code == 200
    assert "This code is not right" in again.content.decode()


def test_the_secret_of_a_second_step_is_not_kept_in_the_clear(client, ana):
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/account/2fa/totp/activate/", {"code": code})

    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert adapters.MFAAdapter().decrypt(kept) == secret


def test_nobody_sees_a_code_they_did_not_ask_for(client):
    assert client.get("/me/second-step.svg").status_code == 302
    client.force_login(MemberFactory())
    assert client.get("/me/second-step.svg").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/email/",
        "/account/password/change/",
        "/account/sessions/",
        "/account/logout/",
        "/account/reauthenticate/",
    ],
)
def test_the_pages_of_an_account_are_ours_and_carry_no_inline_script(client, ana, path):
    response = client.get(path)

    page = response.content.decode()
    assert response.status_code == 200
    assert "site-header" in page
    assert page.count("<h1") == 1
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", page)


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/password/reset/key/1-nonsense/",
        "/account/confirm-email/nonsense/",
        "/account/confirm-email/",
        "/account/inactive/",
    ],
)
def test_the_pages_before_signing_in_are_ours(client, path):
    page = client.get(path, follow=True).content.decode()

    assert "site-header" in page
    assert page.count("<h1") == 1


# Sessions


def test_a_session_can_be_ended_from_another_browser(client, ana):
    other = Client()
    sign_in(other, ana)
    theirs = ana.usersession_set.get(session_key=other.session.session_key)

    client.post(f"/me/sessions/{theirs.pk}/end/")

    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200
    assert "End it" not in client.get("/account/sessions/").content.decode()


@pytest.mark.parametrize("others", [1, 10])
def test_the_list_of_sessions_asks_as_little_for_ten(
    client, ana, others, django_assert_num_queries
):
    for _ in range(others):
        sign_in(Client(), ana)
    client.get("/account/sessions/")

    with django_assert_num_queries(5):
        page = client.get("/account/sessions/").content.decode()

    assert page.count("End it<") == others


def test_a_session_from_before_a_new_password_is_one_of_the_past(client, ana):
    sign_in(Client(), ana)
    ana.set_password(OTHER)
    ana.save(update_fields=["password"])
    client.force_login(ana)
    client.get("/")

    assert "End it" not in client.get("/account/sessions/").content.decode()


def test_nobody_ends_a_session_of_somebody_else(client, ana):
    other = Client()
    sign_in(other, account("other@example.org"))
    mine = ana.usersession_set.get()

    assert other.post(f"/me/sessions/{mine.pk}/end/").status_code == 404
    assert client.get("/me/").status_code == 200


def test_ending_this_session_signs_out(client, ana):
    client.post(f"/me/sessions/{ana.usersession_set.get().pk}/end/")

    assert client.get("/me/").status_code == 302


# Accounts without mail, and addresses nobody confirmed


def test_the_house_adds_members_whose_address_counts():
    member = people.add_member(by=THE_HOUSE, email="Boss@Example.org", password=PASSWORD, name="B")

    assert member.is_confirmed
    assert sign_in(Client(), member).url == "/welcome/"


def test_addresses_nobody_confirmed_are_forgotten_after_two_weeks(client):
    join(client, "never@example.org")
    kept = account("kept@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=13)):
        tasks.forget_unconfirmed()
        assert Member.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        tasks.forget_unconfirmed()

    assert list(Member.objects.all()) == [kept]
