"""The people of a check: asked for one part each, from inside its circle, apart where it counts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Check, Part, Role
from media4sec.assessments.queries.people import own_opinions, waiting_for
from media4sec.assessments.rules import reads_check, roles_of
from media4sec.assessments.services import Said
from media4sec.assessments.tests.factories import (
    answer,
    begin,
    in_review,
    queries_of,
    signed_in,
    take_part,
    with_people,
)
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.members.models import Member, Membership
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def ben():
    return MemberFactory(name="Ben")


@pytest.fixture
def circle(author, ben):
    return CircleFactory(title="Night desk", members=[author, ben])


@pytest.fixture
def check(author, circle):
    return begin(author, circle=circle)


def ask(check, member, role, **said):
    return services.ask(check, by=check.author, member=member, role=role, **said)


def fresh(member):
    return Member.objects.get(pk=member.pk)


# Into a circle


def test_a_check_is_put_into_a_circle_and_nobody_reads_it_by_that_alone(author, ben, circle):
    check = begin(author)

    services.place(check, by=author, circle=circle)

    assert (check.label, check.circle) == (Label.AMBER_STRICT, circle)
    assert not Check.objects.visible_to(ben).exists()
    assert check.events.last().action == "placed"


def test_only_its_author_puts_it_there_and_only_into_a_circle_of_theirs(author, ben, circle):
    check = begin(author)
    elsewhere = CircleFactory(members=[ben])

    with pytest.raises(PermissionDenied):
        services.place(check, by=ben, circle=circle)
    with pytest.raises(PermissionDenied):
        services.place(check, by=author, circle=elsewhere)


def test_it_does_not_move_while_people_of_its_circle_take_part(check, author, ben):
    ask(check, ben, Role.LEGAL)
    elsewhere = CircleFactory(members=[author])

    with pytest.raises(Refused, match="Remove them first"):
        services.place(check, by=fresh(author), circle=elsewhere)


def test_nobody_is_asked_before_there_is_a_circle(author, ben):
    with pytest.raises(Refused, match="Put the check into a circle first"):
        ask(begin(author), ben, Role.LEGAL)


# Asking and answering


def test_who_is_asked_reads_it_and_takes_part_once_they_say_yes(check, ben):
    part = ask(check, ben, Role.LEGAL, note="You know the statute.")

    assert reads_check(ben, check)
    assert roles_of(ben, check) == set()

    services.accept(part, by=ben)

    assert roles_of(ben, check) == {Role.LEGAL}
    assert [each.action for each in check.events.all()] == ["began", "asked", "accepted"]


def test_saying_no_ends_reading(check, ben):
    part = ask(check, ben, Role.LEGAL)

    services.decline(part, by=ben, reason="I am away.")

    part.refresh_from_db()
    assert (part.state, part.answer) == (Part.State.DECLINED, "I am away.")
    assert not reads_check(ben, check)


def test_who_has_two_parts_reads_as_long_as_one_stands(check, author, ben):
    legal, ethics = ask(check, ben, Role.LEGAL), ask(check, ben, Role.ETHICS)

    services.remove(legal, by=author)
    assert reads_check(ben, check)

    services.decline(ethics, by=ben)
    assert not reads_check(ben, check)


@pytest.mark.parametrize("way", ["leaves", "suspended", "never inside"])
def test_who_is_not_of_the_circle_or_suspended_is_not_asked(check, circle, way):
    ruth = MemberFactory()
    if way != "never inside":
        Membership.objects.create(circle=circle, member=ruth, since=now())
    if way == "leaves":
        Membership.objects.filter(member=ruth).delete()
    if way == "suspended":
        Member.objects.filter(pk=ruth.pk).update(suspended_at=now())

    with pytest.raises(Refused, match="Ask somebody of its circle"):
        ask(check, ruth, Role.LEGAL)


def test_who_left_the_circle_does_not_count_any_more(check, ben):
    part = ask(check, ben, Role.WRITER)
    services.accept(part, by=ben)
    Membership.objects.filter(member=ben).delete()

    with pytest.raises(PermissionDenied):
        services.answer(check, "q01", Said("police"), by=fresh(ben))


def test_a_suspended_member_answers_no_request(check, ben):
    part = ask(check, ben, Role.LEGAL)
    Member.objects.filter(pk=ben.pk).update(suspended_at=now())

    with pytest.raises(PermissionDenied):
        services.accept(part, by=fresh(ben))


def test_a_request_is_answered_by_who_is_asked_and_once(check, author, ben):
    part = ask(check, ben, Role.LEGAL)

    with pytest.raises(PermissionDenied):
        services.accept(part, by=author)
    services.accept(part, by=ben)
    with pytest.raises(Refused, match="answered this already"):
        services.accept(part, by=ben)


def test_who_was_removed_a_moment_ago_cannot_say_yes(check, author, ben):
    part = ask(check, ben, Role.LEGAL)
    services.remove(Part.objects.get(pk=part.pk), by=author)

    with pytest.raises(PermissionDenied):
        services.accept(part, by=ben)


def test_only_who_leads_it_says_who_takes_part(check, circle, author, ben):
    ruth = MemberFactory()
    Membership.objects.create(circle=circle, member=ruth, since=now())
    part = ask(check, ben, Role.WRITER)
    services.accept(part, by=ben)

    with pytest.raises(PermissionDenied):
        services.ask(check, by=ben, member=ruth, role=Role.LEGAL)
    with pytest.raises(PermissionDenied):
        services.remove(part, by=ben)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"role": "king"}, "Choose what you ask"),
        ({"due": timedelta(days=-1)}, "still to come"),
        ({"note": "x" * 2_000_000}, "Shorten it to 1000"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(check, ben, said, sentence):
    if "due" in said:
        said = {"due": now().date() + said["due"]}

    with pytest.raises(Refused, match=sentence):
        ask(check, ben, **{"role": Role.LEGAL, **said})


# The owner


def test_who_says_yes_to_owning_it_is_its_owner(check, author, ben):
    services.accept(ask(check, ben, Role.OWNER), by=ben)

    check.refresh_from_db()
    assert check.owner == ben
    services.answer(check, "q01", Said("police"), by=ben)


def test_a_check_has_one_owner_and_falls_back_to_its_author(check, circle, author, ben):
    first = ask(check, ben, Role.OWNER)
    services.accept(first, by=ben)

    services.ask(check, by=author, member=author, role=Role.OWNER)

    check.refresh_from_db()
    first.refresh_from_db()
    assert (check.owner, first.state) == (author, Part.State.ENDED)
    last = check.events.last()
    assert (last.action, last.facts["member"]) == ("removed", ben.pk)
    assert not reads_check(ben, check)


def test_an_owner_who_is_removed_hands_it_back(check, author, ben):
    part = ask(check, ben, Role.OWNER)
    services.accept(part, by=ben)

    services.remove(part, by=author)

    check.refresh_from_db()
    assert check.owner == author


# Apart


@pytest.mark.parametrize("role", [role for role in Role if role not in {"owner"}])
def test_an_author_gives_no_part_to_themselves(check, author, role):
    with pytest.raises(Refused, match="Ask somebody else"):
        ask(check, author, role)


@pytest.mark.parametrize(
    ("has", "wants", "sentence"),
    [
        (Role.OFFICER, Role.APPROVER, "advises and never decides"),
        (Role.LEGAL, Role.APPROVER, "reviews a check does not decide"),
        (Role.WRITER, Role.APPROVER, "works on a check"),
        (Role.OWNER, Role.APPROVER, "works on a check"),
        (Role.APPROVER, Role.OFFICER, "no other part"),
        (Role.APPROVER, Role.WRITER, "no other part"),
        (Role.APPROVER, Role.AUDITOR, "auditor has no other part"),
        (Role.AUDITOR, Role.LEGAL, "auditor has no other part"),
        (Role.AUDITOR, Role.APPROVER, "auditor has no other part"),
        (Role.LEGAL, Role.AUDITOR, "auditor has no other part"),
        (Role.WRITER, Role.LEGAL, "does not review it"),
        (Role.LEGAL, Role.WRITER, "does not work on it"),
        (Role.LEGAL, Role.LEGAL, "asked for this already"),
    ],
)
def test_parts_that_are_held_apart(check, ben, has, wants, sentence):
    services.accept(ask(check, ben, has), by=ben)

    with pytest.raises(Refused, match=sentence):
        ask(check, ben, wants)


@pytest.mark.parametrize("wants", [Role.APPROVER, Role.LEGAL, Role.AUDITOR])
def test_who_answered_once_does_not_judge_it_later(check, author, ben, wants):
    part = ask(check, ben, Role.WRITER)
    services.accept(part, by=ben)
    services.answer(check, "q01", Said("police"), by=ben)
    services.remove(part, by=author)

    with pytest.raises(Refused):
        ask(check, ben, wants)


@pytest.mark.parametrize("had", [Role.WRITER, Role.OWNER])
@pytest.mark.parametrize("wants", [Role.APPROVER, Role.LEGAL])
def test_who_led_or_worked_on_it_once_does_not_judge_it_later(check, author, ben, had, wants):
    part = ask(check, ben, had)
    services.accept(part, by=ben)
    services.decline(part, by=ben)

    with pytest.raises(Refused, match="works on a check"):
        ask(check, ben, wants)


def test_who_was_asked_to_write_by_mistake_can_still_approve(check, author, ben):
    services.remove(ask(check, ben, Role.WRITER), by=author)

    services.accept(ask(check, ben, Role.APPROVER), by=ben)


def test_an_author_whose_check_another_owns_still_does_not_decide(check, author, ben):
    services.accept(ask(check, ben, Role.OWNER), by=ben)

    for role in (Role.APPROVER, Role.LEGAL, Role.AUDITOR):
        with pytest.raises(Refused):
            services.ask(check, by=ben, member=author, role=role)


def test_an_officer_who_advised_and_left_does_not_decide_either(author):
    check, people = in_review(author, Role.OFFICER)
    officer = people[Role.OFFICER]
    seen = services.version_of(check).sha256
    words = {"advice": "agrees", "words": "Fine.", "seen": seen}
    services.advise(check, by=officer, role=Role.OFFICER, **words)
    services.decline(check.parts.get(member=officer), by=officer)

    with pytest.raises(Refused, match="advises and never decides"):
        ask(check, officer, Role.APPROVER)


# Two at once


def test_two_people_answer_and_neither_overwrites_the_other(author):
    check, people = with_people(author, Role.WRITER)

    services.answer(check, "q01", Said("police"), by=people[Role.WRITER])
    answer(check, q01="ngo")

    assert [each.by for each in check.answers.all()] == [people[Role.WRITER], author]


# Pages


def test_people_are_asked_on_a_page_and_answer_on_one(check, author, ben):
    client = signed_in(author)
    asks = {"member": ben.pk, "role": "legal", "note": "You know it.", "due": "2040-01-02"}

    answer = client.post(f"/checks/{check.pk}/people/", asks, follow=True)

    assert "They get a notice" in answer.content.decode()
    part = check.parts.get()
    theirs = signed_in(ben)
    assert "You know it." in theirs.get(part.get_absolute_url()).content.decode()
    theirs.post(part.get_absolute_url(), {"then": "yes"})
    assert roles_of(ben, check) == {Role.LEGAL}
    assert "Legal reviewer" in client.get(f"/checks/{check.pk}/people/").content.decode()


def test_a_refusal_stands_in_the_form_with_what_was_chosen(check, author, ben):
    ask(check, ben, Role.LEGAL)

    answer = signed_in(author).post(
        f"/checks/{check.pk}/people/", {"member": ben.pk, "role": "approver", "note": "Please."}
    )

    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Whoever reviews a check does not decide about it." in words
    assert "Please." in words


def test_a_check_is_put_into_a_circle_on_a_page(author, circle):
    check = begin(author)
    client = signed_in(author)
    assert "In no circle yet" in client.get(f"/checks/{check.pk}/people/").content.decode()

    client.post(f"/checks/{check.pk}/people/circle/", {"circle": circle.slug})

    check.refresh_from_db()
    assert check.circle == circle


def test_removing_is_asked_about_first(check, author, ben):
    part = ask(check, ben, Role.LEGAL)
    client = signed_in(author)
    address = f"/checks/{check.pk}/people/{part.pk}/remove/"

    assert "What they signed stays" in client.get(address).content.decode()
    assert Part.objects.standing().exists()
    client.post(address)

    assert not Part.objects.standing().exists()


def test_for_others_these_pages_do_not_exist(check, ben):
    part = ask(check, MembershipFactory(circle=check.circle).member, Role.LEGAL)
    client = signed_in(ben)

    for path in ("people/", "people/circle/", "send/", "review/", "take-back/", "v1/"):
        assert client.get(f"/checks/{check.pk}/{path}").status_code == 404
    assert client.get(f"/checks/parts/{part.pk}/").status_code == 404
    assert client.get(f"/checks/parts/{10**30}/").status_code == 404


def test_who_reads_but_does_not_lead_asks_nobody(check, circle, ben):
    services.accept(ask(check, ben, Role.LEGAL), by=ben)
    client = signed_in(ben)
    other = MembershipFactory(circle=circle).member

    assert "Ask somebody" not in client.get(f"/checks/{check.pk}/people/").content.decode()
    said = {"member": other.pk, "role": "ethics"}
    assert client.post(f"/checks/{check.pk}/people/", said).status_code == 403


def test_two_who_answer_are_told_of_each_other(author):
    check, people = with_people(author, Role.WRITER)
    writer = people[Role.WRITER]
    services.answer(check, "q01", Said("police"), by=writer)

    mine, theirs = signed_in(author), signed_in(writer)

    base = f"/checks/{check.pk}/questions/"
    assert "Also working on it" in mine.get(base).content.decode()
    assert f"Last answered by {writer.name}" in mine.get(f"{base}q01/").content.decode()
    assert "Also working on it" not in theirs.get(base).content.decode()
    assert "Last answered by" not in theirs.get(f"{base}q01/").content.decode()


def test_who_left_the_circle_is_shown_as_gone(author):
    check, people = in_review(author, Role.LEGAL)
    Membership.objects.filter(member=people[Role.LEGAL]).delete()
    client = signed_in(author)

    for path in ("", "people/"):
        words = client.get(f"/checks/{check.pk}/{path}").content.decode()
        assert "Has left the circle" in words


def test_reviewers_take_their_own_words_along_and_not_the_check(author):
    check, people = in_review(author, Role.LEGAL)
    words = {"advice": "agrees", "words": "Fine.", "seen": services.version_of(check).sha256}
    services.advise(check, by=people[Role.LEGAL], role=Role.LEGAL, **words)

    (own,) = own_opinions(people[Role.LEGAL])

    assert (own["words"], own["advice"], own["version"]) == ("Fine.", "agrees", 1)
    assert check.title not in str(own)
    assert own_opinions(author) == []


# What waits


def test_what_waits_for_somebody_stands_on_top_of_their_checks(author):
    check, people = in_review(author, Role.LEGAL)
    legal, approver = people[Role.LEGAL], people[Role.APPROVER]
    ruth = MembershipFactory(circle=check.circle).member
    ask(check, ruth, Role.ETHICS)

    assert [each.what for each in waiting_for(legal)] == ["Your opinion is needed"]
    assert [each.what for each in waiting_for(approver)] == ["Your decision is needed"]
    assert [each.what for each in waiting_for(ruth)] == ["You are asked to take part"]
    assert waiting_for(author) == []
    page = signed_in(ruth).get("/checks/").content.decode()
    assert "Waiting for you" in page

    words = {"advice": "agrees", "words": "Fine.", "seen": services.version_of(check).sha256}
    services.advise(check, by=legal, role=Role.LEGAL, **words)
    assert waiting_for(legal) == []

    Membership.objects.filter(member=approver).delete()
    assert waiting_for(fresh(approver)) == []


@pytest.mark.parametrize("path", ["people/", "", "send/", "questions/"])
def test_pages_ask_as_often_with_ten_people_as_with_one(author, path):
    asked = []
    for count in (1, 10):
        check, _people = with_people(author, Role.APPROVER)
        for _number in range(count):
            take_part(check, Role.LEGAL)
            writer = take_part(check, Role.WRITER)
            services.answer(check, "q01", Said("police", seen=newest(check)), by=writer)
            ask(check, MembershipFactory(circle=check.circle).member, Role.ETHICS)
        asked.append(queries_of(signed_in(author), f"/checks/{check.pk}/{path}"))

    assert asked[0] == asked[1]


def newest(check):
    last = check.answers.filter(question="q01").last()
    return last.pk if last else 0


def test_the_list_asks_as_often_for_ten_that_wait_as_for_one(author, ben, circle):
    asked = []
    for count in (1, 9):
        for number in range(count):
            ask(begin(author, circle=circle, title=f"Plan {number}"), ben, Role.LEGAL)
        asked.append(queries_of(signed_in(ben), "/checks/"))

    assert len(waiting_for(ben)) == 10
    assert asked[0] == asked[1]
