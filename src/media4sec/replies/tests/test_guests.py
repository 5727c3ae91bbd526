"""Guests: the letter, the link in it, and the address that nobody ever sees."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from media4sec.kit import standing
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity, Letter
from media4sec.kit.refs import Ref
from media4sec.replies import queries, services
from media4sec.replies.models import Guest, Remark
from media4sec.replies.services import words

ADDRESS = "quiet.reader+street@example.org"


def left(thing, stranger, *, email=ADDRESS, body="I saw the same.", **more):
    facts = {"name": "Anna", "email": email, "body": body, **more}
    return services.leave_as_guest(thing, by=stranger, **facts)


def confirmed(thing, stranger, **more):
    return services.confirm(left(thing, stranger, **more), by=stranger)


def released(thing, stranger, **more):
    remark = confirmed(thing, stranger, **more)
    if remark.standing == Remark.Standing.HELD:
        standing.release(remark, decision=1)
    return remark


def link_in(letter):
    return re.search(r"http://[^/]+(/replies/own/\S+)", letter.body)[1]


def test_before_it_is_confirmed_it_is_nobodys_to_read(thing, stranger, member):
    remark = left(thing, stranger)

    assert not Remark.objects.visible_to(stranger).exists()
    assert not Remark.objects.visible_to(member).exists()
    assert not Remark.objects.on_the_page(Ref.to(thing)).exists()
    assert not Activity.objects.about(Ref.to(remark)).exists()


def test_the_letter_says_none_of_the_writers_words(thing, stranger, letters):
    left(thing, stranger, body="Buy this.", name="Cheap")

    (letter,) = letters()

    assert letter.to == [ADDRESS]
    assert "Buy this" not in str(letter.message())
    assert "Cheap" not in str(letter.message())


def test_a_get_confirms_nothing_and_a_post_does_so_twice(thing, stranger, letters, client):
    remark = left(thing, stranger)
    link = link_in(letters()[0])

    page = client.get(link)
    remark.refresh_from_db()
    assert (page.status_code, remark.confirmed_at) == (200, None)
    assert b"Confirm and post my reply" in page.content

    for _time in range(2):
        assert client.post(link, {"confirm": "1"}).status_code == 302
    remark.refresh_from_db()

    assert remark.standing == Remark.Standing.HELD
    verbs = Activity.objects.about(Ref.to(remark)).values_list("verb", flat=True)
    assert list(verbs) == ["held"]
    assert b"A moderator reads your reply first" in client.get(link).content


def test_after_a_week_the_link_is_too_old_and_says_where_to_go(thing, stranger, letters, client):
    left(thing, stranger)
    link = link_in(letters()[0])

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        before = client.get(link)
        refused = client.post(link, {"confirm": "1"})
        services.forget_addresses()
        after = client.get(link)

    for page in (before, after):
        assert b"too old" in page.content
        assert thing.get_absolute_url().encode() in page.content
    assert b"older than a week" in refused.content
    assert not Remark.objects.exists()
    assert not Guest.objects.exists()


def test_the_first_of_an_address_waits_and_the_next_does_not(thing, stranger):
    assert released(thing, stranger).doubt == Remark.Doubt.FIRST

    second = confirmed(thing, stranger, body="And one more thing.")

    assert (second.standing, second.doubt) == (Remark.Standing.VISIBLE, "")


def test_all_wait_where_the_operators_want_that(thing, stranger, settings):
    settings.GUEST_REPLIES = "all"
    released(thing, stranger)

    assert confirmed(thing, stranger, body="More.").doubt == Remark.Doubt.ALL


def test_only_members_reply_where_the_operators_want_that(thing, stranger, settings):
    settings.GUEST_REPLIES = "off"

    with pytest.raises(Refused, match="Only members"):
        left(thing, stranger)


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("See http://a.example http://b.example http://c.example", Remark.Doubt.LINKS),
        ("I saw the same.", Remark.Doubt.REPEAT),
    ],
)
def test_links_and_repeats_wait_also_from_a_known_address(thing, stranger, body, doubt):
    released(thing, stranger)
    other = type(thing).objects.create(slug="other", title="Other", position=1)

    assert confirmed(other, stranger, body=body).doubt == doubt


def test_who_was_declined_waits_again(thing, stranger):
    released(thing, stranger)
    second = confirmed(thing, stranger, body="http://a.example www.b.example www.c.example")
    standing.decline(second, decision=2, reason="Advertising.")

    assert confirmed(thing, stranger, body="Quite harmless.").doubt == Remark.Doubt.EARLIER


def test_the_same_reply_sent_twice_is_one(thing, stranger, letters):
    assert left(thing, stranger) == left(thing, stranger)
    assert len(letters()) == 1


def test_nobody_is_sent_more_than_three_letters(thing, stranger):
    for number in range(3):
        left(thing, stranger, body=f"Number {number}")

    with pytest.raises(Refused, match="written to this address"):
        left(thing, stranger, email=ADDRESS.upper(), body="Number 4")


@pytest.mark.parametrize(
    "address",
    [
        "plain@example.org",
        "plus+tag@example.org",
        '"quoted..name"@example.org',
        "name@bücher.example",
        "name@xn--bcher-kva.example",
    ],
)
def test_unusual_addresses_get_their_letter(thing, stranger, letters, address):
    left(thing, stranger, email=address)

    (letter,) = letters()

    assert letter.message()["To"]
    assert letter.to == [address]


def test_a_domain_in_letters_of_its_own_is_the_same_mailbox(thing, stranger):
    left(thing, stranger, email="name@bücher.example")
    left(thing, stranger, email="name@xn--bcher-kva.example", body="Another.")

    assert Guest.objects.values("digest").distinct().count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "no",
        "a@b",
        "a b@example.org",
        "x" * 300 + "@example.org",
        "a@example.org\r\nBcc: b@c.de",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(thing, stranger, address):
    with pytest.raises(Refused, match="such as name@example"):
        left(thing, stranger, email=address)


@pytest.mark.parametrize(
    "name",
    [
        "Bob\r\nBcc: a@example.org",
        "me@example.org",
        "http://x.example",
        "<b>Bob</b>",
        "B",
        "x" * 61,
    ],
)
def test_a_name_is_a_name(thing, stranger, name):
    with pytest.raises(Refused, match="name"):
        left(thing, stranger, name=name)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (" ".join(f"http://{n}.example" for n in range(200)), "200 links"),
        ("x" * 100_000, "100000 characters"),
        ("\x00 \x00", "Write your reply first"),
    ],
)
def test_too_much_is_refused_with_a_number(thing, stranger, body, sentence):
    with pytest.raises(Refused, match=sentence):
        left(thing, stranger, body=body)


def test_the_address_is_a_hash_as_soon_as_it_is_not_needed(thing, stranger):
    first = released(thing, stranger)
    second = confirmed(thing, stranger, body="At once.")

    assert Guest.objects.get(remark=second).email == ""
    assert Guest.objects.get(remark=first).email == ADDRESS  # its letter may be under way
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        services.forget_addresses()
    assert Guest.objects.get(remark=first).email == ""
    assert len(Guest.objects.get(remark=first).digest) == 64


def test_after_a_year_nothing_of_the_address_is_left(thing, stranger):
    remark = released(thing, stranger, wants_letters=True)

    with time_machine.travel(timezone.now() + timedelta(days=366)):
        services.forget_addresses()

    assert not Guest.objects.exists()
    assert Remark.objects.get(pk=remark.pk).body


def test_no_row_but_one_ever_holds_the_address(thing, stranger, letters):
    released(thing, stranger, wants_letters=True)
    letters()

    for letter in Letter.objects.all():
        assert ADDRESS not in f"{letter.to} {letter.content}"
    assert all(ADDRESS not in str(each.facts) for each in Activity.objects.all())
    assert all(ADDRESS not in str(vars(each)) for each in Remark.objects.all())


def test_an_answer_is_told_once_with_a_way_to_stop(thing, stranger, member, letters, client):
    remark = released(thing, stranger, wants_letters=True)
    letters()

    services.leave(thing, by=member, body="May I quote you?", answers_to=remark)
    (letter,) = letters()

    assert letter.to == [ADDRESS]
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = stop.partition("8000")[2]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 204
    services.leave(thing, by=member, body="Once more.", answers_to=remark)
    assert letters() == []
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        services.forget_addresses()
    assert Guest.objects.get().email == ""


def test_an_answer_that_is_hidden_before_the_letter_leaves_is_not_told(
    thing, stranger, member, letters
):
    remark = released(thing, stranger, wants_letters=True)
    letters()
    answer = services.leave(thing, by=member, body="Something bad.", answers_to=remark)

    standing.hide(answer, decision=3, reason="Insults.")

    assert letters() == []


def test_a_guest_withdraws_and_a_marked_gap_stays(thing, stranger, letters, client):
    left(thing, stranger)
    link = link_in(letters()[0])
    client.post(link, {"confirm": "1"})
    remark = Remark.objects.get()
    standing.release(remark, decision=1)

    client.post(link, {"withdraw": "1"})

    remark.refresh_from_db()
    assert (remark.body, remark.guest_name) == ("", "")
    assert list(Remark.objects.on_the_page(Ref.to(thing))) == [remark]
    assert not Guest.objects.exists()
    assert client.get(link).status_code == 200


def test_withdrawing_before_confirming_leaves_nothing(thing, stranger, letters, client):
    left(thing, stranger)

    client.post(link_in(letters()[0]), {"withdraw": "1"})

    assert not Remark.objects.exists()
    assert not Guest.objects.exists()


def test_a_guessed_link_opens_nothing(thing, stranger, client):
    remark = left(thing, stranger)

    for token in ("x", f"{remark.pk}.kit.theme:{thing.pk}", f"{remark.pk}.kit.theme:1:abc"):
        assert client.get(f"/replies/own/{token}/").status_code == 404
        assert client.post(f"/replies/own/{token}/", {"confirm": "1"}).status_code == 404


# What is gone, and what nobody may find out


def test_who_guesses_an_address_does_not_learn_whose_it_is(thing, stranger, letters):
    published = released(thing, stranger)
    letters()

    guessed = left(thing, stranger)

    assert guessed.pk != published.pk
    assert guessed.confirmed_at is None
    assert [letter.to for letter in letters()] == [[ADDRESS]]


def test_a_double_click_is_one_reply(thing, stranger, letters):
    assert left(thing, stranger) == left(thing, stranger)
    assert len(letters()) == 1


@pytest.fixture
def vanish(thing):
    """vanish(): the thing is nobody's to read any more, as a retracted article is."""

    def vanish():
        type(thing).objects.filter(pk=thing.pk).delete()

    return vanish


def test_under_what_is_gone_nothing_is_confirmed(thing, stranger, vanish):
    remark = left(thing, stranger)
    vanish()

    with pytest.raises(Refused, match="not here any more"):
        services.confirm(remark, by=stranger)

    remark.refresh_from_db()
    assert remark.confirmed_at is None


def test_under_what_is_gone_nothing_waits_and_no_address_is_kept(
    thing, stranger, letters, vanish, client
):
    remark = left(thing, stranger, wants_letters=True)
    link = link_in(letters()[0])
    services.confirm(remark, by=stranger)
    assert list(queries.held()) == [remark]
    vanish()

    assert not queries.held().exists()
    assert queries.fetch([remark.pk]) == []
    assert "What you replied to is not here any more." in client.get(link).content.decode()
    for days in (0, 3):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            services.forget_addresses()
    assert Guest.objects.get().email == ""


@pytest.mark.parametrize("address", ["anna@[127.0.0.1]", "anna@localhost", "anna@mail"])
def test_no_letter_goes_to_a_machine_without_a_name(thing, stranger, address):
    with pytest.raises(Refused, match="email address"):
        left(thing, stranger, email=address)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://www.example.org", 1),
        ("www.example.org and http://example.org", 2),
        ("[here](//example.org) and [there](mailto:a@example.org)", 2),
        ("HTTPS://example.org/?next=https://example.org", 1),
        ("Nothing, wwwwhat?", 0),
    ],
)
def test_links_are_counted_once_however_they_are_written(text, count):
    assert words.links_in(text) == count


def test_two_links_are_usual_also_with_www(thing, stranger):
    released(thing, stranger)

    body = "https://www.example.org and https://www.example.com"

    assert confirmed(thing, stranger, body=body).doubt == ""


def test_a_guest_who_was_declined_reads_how_to_disagree(thing, stranger, letters, client):
    remark = left(thing, stranger)
    link = link_in(letters()[0])
    services.confirm(remark, by=stranger)

    standing.decline(remark, decision=4711, reason="Advertising.")

    said = " ".join(client.get(link).content.decode().split())
    assert "Reason: Advertising." in said
    assert "within six months and name decision 4711" in said
