"""Sending to reviewers, and what they sign: of one version, by who takes part, once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Check, Decision, Opinion, Part, Role
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import Said, chain
from media4sec.assessments.services.signing import is_signed
from media4sec.assessments.tests.factories import (
    UNKNOWN,
    answer,
    answer_as,
    begin,
    in_review,
    queries_of,
    signed_in,
    take_part,
    with_people,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.members.models import Member, Membership
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
AGREES = {"advice": "agrees", "words": "It is the least that can help."}


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def sent(author):
    """A check in review, its legal reviewer and its approver."""
    check, people = in_review(author, Role.LEGAL)
    return check, people[Role.LEGAL], people[Role.APPROVER]


def seen(check):
    return services.version_of(check).sha256


def advise(check, by, **said):
    facts = {"role": Role.LEGAL, "seen": seen(check), **AGREES, **said}
    return services.advise(check, by=by, **facts)


def anew(check, **answers):
    """Taken back, answered and sent again."""
    services.take_back(check, by=check.author)
    answer(check, **answers)
    return services.submit(check, by=check.author)


# Sending


def test_what_is_sent_is_frozen_and_named_by_its_hash(sent):
    check, _legal, _approver = sent

    version = services.version_of(check)

    assert (check.state, check.version, version.number) == (Check.State.SUBMITTED, 1, 1)
    assert version.sha256 == chain.sha256(version.content)
    assert version.content["plan"]["title"] == check.title
    assert check.events.last().facts == {"sha256": version.sha256}


def test_nothing_is_answered_while_it_is_in_review(sent):
    check, *_people = sent

    with pytest.raises(PermissionDenied):
        services.answer(check, "q01", Said("ngo"), by=check.author)


def test_open_questions_are_named(author):
    check, _people = with_people(author, Role.APPROVER)
    answer_as(check)
    answer(check, q23=None)

    with pytest.raises(Refused, match="1 question is open: "):
        services.submit(check, by=author)

    check.refresh_from_db()
    assert (check.state, check.versions.count()) == (Check.State.DRAFT, 0)


def test_what_is_not_known_may_be_sent(author):
    check, _people = with_people(author, Role.APPROVER)
    answer_as(check)
    answer(check, q23=UNKNOWN)

    version = services.submit(check, by=author)

    assert "q23" in version.content["result"]["not_known"]


def test_nothing_is_sent_across_an_absolute_red_line(author):
    check, _people = with_people(author, Role.APPROVER)
    answer_as(check)
    answer(check, q39="who")

    assert services.absolute_lines(standing_of(check))
    with pytest.raises(Refused, match="Nobody can approve this"):
        services.submit(check, by=author)


@pytest.mark.parametrize("lost", ["nobody asked", "left", "suspended", "removed"])
def test_without_an_approver_it_is_not_sent(author, lost):
    check, people = with_people(author, *([] if lost == "nobody asked" else [Role.APPROVER]))
    answer_as(check)
    if lost == "left":
        Membership.objects.filter(member=people[Role.APPROVER]).delete()
    if lost == "suspended":
        Member.objects.filter(pk=people[Role.APPROVER].pk).update(suspended_at=now())
    if lost == "removed":
        services.remove(check.parts.get(), by=author)

    with pytest.raises(Refused, match="Ask somebody to approve it"):
        services.submit(check, by=author)


def test_without_a_circle_it_is_not_sent(author):
    check = begin(author)
    answer_as(check)

    with pytest.raises(Refused, match="into a circle"):
        services.submit(check, by=author)


def test_writers_send_it_and_reviewers_do_not(author):
    check, people = with_people(author, Role.APPROVER, Role.WRITER, Role.LEGAL)
    answer_as(check)

    with pytest.raises(PermissionDenied):
        services.submit(check, by=people[Role.LEGAL])
    assert services.submit(check, by=people[Role.WRITER]).number == 1


def test_a_second_sending_is_a_second_version_and_the_first_stays_as_it_was(author):
    check, people = with_people(author, Role.APPROVER, Role.OFFICER)
    answer_as(check)
    answer(check, q55="no")
    first = services.submit(check, by=author)
    advise(check, people[Role.OFFICER], role=Role.OFFICER)

    second = anew(check, q52="pilot")

    first.refresh_from_db()
    assert (second.number, check.version) == (2, 2)
    assert first.sha256 == chain.sha256(first.content) != second.sha256
    assert [(o["key"], o["is_there"]) for o in second.content["result"]["opinions"]] == [
        ("dpo", False)
    ]


def test_a_clock_that_was_set_back_puts_no_version_before_another(author):
    check, people = with_people(author, Role.APPROVER, Role.LEGAL)
    answer_as(check)
    with pretend(now() + timedelta(hours=3)):
        first = services.submit(check, by=author)

    opinion = advise(check, people[Role.LEGAL])
    second = anew(check, q52="pilot")

    assert first.sent_at == opinion.at == second.sent_at


# Coming back


def test_whoever_began_it_takes_it_back_and_nobody_else(sent):
    check, legal, approver = sent

    for other in (legal, approver):
        with pytest.raises(PermissionDenied):
            services.take_back(check, by=other)
    services.take_back(check, by=check.author)

    assert (check.is_open, check.version) == (True, 2)


@pytest.mark.parametrize("who", [1, 2])
def test_a_reviewer_or_approver_sends_it_back_with_a_signed_reason(sent, who):
    check, by = sent[0], sent[who]

    made = services.send_back(check, by=by, reason="Say how long.", seen=seen(check))

    assert (check.state, made.kind) == (Check.State.RETURNED, Decision.Kind.RETURN)
    assert is_signed(made.statement, made.signature)
    assert json.loads(made.statement)["sha256"] == made.version.sha256
    assert [each.action for each in check.events.all()][-2:] == ["sent", "returned"]


def test_who_was_only_asked_sends_nothing_back(sent):
    check, legal, _approver = sent
    check.parts.filter(member=legal).update(state=Part.State.ASKED)

    with pytest.raises(PermissionDenied):
        services.send_back(check, by=legal, reason="Not yet.")


def test_of_two_who_send_it_back_the_second_is_told(sent):
    check, legal, approver = sent
    other = Check.objects.get(pk=check.pk)
    services.send_back(check, by=legal, reason="Say how long.")

    with pytest.raises(Refused, match="Somebody else has decided"):
        services.send_back(other, by=approver, reason="Say who.")


# Opinions


def test_an_opinion_is_signed_with_the_hash_of_what_was_read(sent):
    check, legal, _approver = sent

    made = advise(check, legal)

    said = json.loads(made.statement)
    assert is_signed(made.statement, made.signature)
    assert (said["check"], said["version"], said["sha256"]) == (check.pk, 1, seen(check))
    assert (said["role"], said["advice"], said["by"]) == ("legal", "agrees", legal.pk)
    assert said["words"] == chain.sha256(made.words)
    assert said["at"] == made.at.isoformat()
    assert check.events.last().action == "advised"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ETHICS, Role.COMMUNITY])
def test_what_the_rules_ask_for_is_there_once_it_is_signed(author, role):
    check, people = in_review(author, role)
    advise(check, people[role], role=role)

    there = standing_of(check).table.evidence.opinions

    assert len(there) == 1


def test_somebody_removed_an_hour_ago_signs_nothing(sent):
    check, legal, _approver = sent
    read = seen(check)
    services.remove(check.parts.get(member=legal), by=check.author)

    with pretend(now() + timedelta(hours=1)), pytest.raises(PermissionDenied):
        advise(check, legal, seen=read)

    assert not Opinion.objects.exists()


def test_what_was_read_in_an_older_version_is_not_signed_under_a_newer_one(sent):
    check, legal, _approver = sent
    read = seen(check)
    anew(check, q52="pilot")

    with pytest.raises(Refused, match="A newer version was sent"):
        advise(check, legal, seen=read)


def test_one_opinion_a_version_and_a_new_one_for_the_next(sent):
    check, legal, _approver = sent
    advise(check, legal)

    with pytest.raises(Refused, match="It stays as you said it"):
        advise(check, legal, advice="against")
    anew(check, q52="pilot")
    advise(check, legal, advice="against")

    assert [each.advice for each in Opinion.objects.all()] == ["agrees", "against"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"role": Role.OFFICER}, "Choose a part"),
        ({"role": Role.APPROVER}, "Choose a part"),
        ({"advice": "perhaps"}, "Choose what you advise"),
        ({"words": "  "}, "Say in a sentence"),
        ({"words": "x" * 2_000_000}, "Shorten it to 4000"),
        ({"seen": ""}, "A newer version"),
    ],
)
def test_what_is_no_opinion_is_refused_in_a_sentence(sent, said, sentence):
    check, legal, _approver = sent

    with pytest.raises(Refused, match=sentence):
        advise(check, legal, **said)


def test_nobody_advises_who_does_not_review(sent):
    check, _legal, approver = sent

    for other in (check.author, approver, MemberFactory()):
        with pytest.raises(PermissionDenied):
            advise(check, other)


def test_what_came_back_waits_for_nobodys_opinion(sent):
    check, legal, _approver = sent
    services.take_back(check, by=check.author)

    with pytest.raises(Refused, match="not in review now"):
        advise(check, legal)


def test_a_reviewer_who_joins_during_the_review_advises(sent):
    check, *_people = sent
    ruth = take_part(check, Role.ETHICS)

    assert advise(check, ruth, role=Role.ETHICS).version.number == 1


# Pages


def page(member, check, path, **said):
    client = signed_in(member)
    address = f"/checks/{check.pk}/{path}"
    return client.post(address, said, follow=True) if said else client.get(address)


def words_of(response):
    return response.content.decode()


def test_the_page_says_what_is_missing_with_the_way_there(author):
    check, _people = with_people(author, Role.LEGAL)
    answer_as(check)
    answer(check, q52=None)

    words = words_of(page(author, check, "send/"))

    assert "Ask somebody to approve it first." in words
    assert f"/checks/{check.pk}/questions/q52/" in words
    assert "Send it<" not in words
    assert page(author, check, "send/", then="go").status_code == 422


def test_it_is_sent_and_taken_back_on_pages_that_ask_first(author):
    check, _people = with_people(author, Role.APPROVER)
    answer_as(check)
    answer(check, q52=UNKNOWN)
    assert "What shows that it will work?" in words_of(page(author, check, "send/"))

    assert "Sent." in words_of(page(author, check, "send/", then="go"))
    assert "in review already" in words_of(page(author, check, "send/", then="go"))
    check.refresh_from_db()
    assert check.state == Check.State.SUBMITTED

    page(author, check, "take-back/", then="go")
    check.refresh_from_db()
    assert check.state == Check.State.RETURNED


def test_a_reviewer_reads_what_was_sent_and_signs_it(sent):
    check, legal, _approver = sent
    check.answers.filter(question="q01").update(comment="Look at the second page.")
    anew(check, q52="pilot")

    words = words_of(page(legal, check, "review/"))
    assert "Look at the second page." in words
    assert 'name="seen"' in words

    said = {"advice": "agrees_if", "words": "Shorten it to a week.", "role": "legal"}
    page(legal, check, "review/", seen=seen(check), **said)

    assert Opinion.objects.get().words == "Shorten it to a week."
    assert "Shorten it to a week." in words_of(page(check.author, check, ""))
    assert "Agrees, if something changes" in words_of(page(check.author, check, ""))
    assert 'id="write"' not in words_of(page(legal, check, "review/"))


def test_no_word_is_lost_when_a_newer_version_came(sent):
    check, legal, _approver = sent
    read = seen(check)
    anew(check, q52="pilot")
    said = {"advice": "against", "words": "Not like this.", "role": "legal"}

    answer = page(legal, check, "review/", seen=read, **said)

    assert answer.status_code == 422
    assert "A newer version was sent" in words_of(answer)
    assert "Not like this." in words_of(answer)
    assert seen(check) in words_of(answer)
    page(legal, check, "review/", seen=seen(check), **said)
    assert Opinion.objects.get().version.number == 2


def test_no_word_is_lost_when_it_was_taken_back_meanwhile(sent):
    check, legal, _approver = sent
    services.take_back(check, by=check.author)
    said = {"advice": "against", "words": "Not like this.", "role": "legal"}

    answer = page(legal, check, "review/", seen=seen(check), **said)

    assert answer.status_code == 422
    assert "not in review now" in words_of(answer)
    assert "Not like this." in words_of(answer)


def test_an_approver_sends_it_back_with_a_reason_and_no_reason_is_refused(sent):
    check, _legal, approver = sent

    assert page(approver, check, "review/back/", reason="", seen=seen(check)).status_code == 422
    page(approver, check, "review/back/", reason="Say how long.", seen=seen(check))

    check.refresh_from_db()
    assert check.state == Check.State.RETURNED


def test_old_versions_stay_readable_whatever_became_of_the_check_and_of_the_rules(sent):
    check, *_people = sent
    anew(check, q52="pilot")
    check.title = "Another name"
    check.activity = "no_longer_known"
    check.save()

    words = words_of(page(check.author, check, "v1/"))

    assert "Counts at a march" in words
    assert "An older version." in words
    assert page(check.author, check, "v7/").status_code == 404
    assert page(check.author, check, f"v{10**20}/").status_code == 404


@pytest.mark.parametrize("path", ["", "review/", "v1/"])
def test_pages_of_a_review_ask_as_often_with_ten_opinions_as_with_one(author, path):
    asked = []
    for count in (1, 10):
        check, people = in_review(author, *[Role.LEGAL])
        reviewers = [people[Role.LEGAL], *(take_part(check, Role.LEGAL) for _ in range(count - 1))]
        for each in reviewers:
            advise(check, each)
        asked.append(queries_of(signed_in(author), f"/checks/{check.pk}/{path}"))

    assert asked[0] == asked[1]
