"""Deciding: by whom, about what was read, and never across what stands against it."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from media4sec.assessments import services
from media4sec.assessments.models import Check, Decision, Opinion, Part, Role
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries import deciding
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import Wanted
from media4sec.assessments.services.signing import is_signed
from media4sec.assessments.tests.factories import (
    accepted,
    answer,
    answer_as,
    approved,
    begin,
    in_review,
    prove,
    ruling,
    take_part,
    with_people,
)
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, Membership
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
State, Kind = Check.State, Decision.Kind
TODAY = now().date()


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def sent(author):
    """A check in review with all that it calls for, and its approver."""
    check, people = in_review(author)
    prove(check)
    return check, people[Role.APPROVER]


@pytest.fixture
def held(author):
    """A check that was approved, and its approver."""
    check, people = approved(author)
    return check, people[Role.APPROVER]


def approve(check, by, **said):
    return services.approve(check, ruling(check, **said), by=by)


def wanted(check, **said):
    facts = {"text": "Train everybody.", "owner": check.author, "due": TODAY + timedelta(days=20)}
    return Wanted(**{**facts, **said})


def sentences(refused):
    return " ".join(refused.value.messages)


# Yes


def test_a_yes_is_signed_over_the_version_and_all_that_was_on_the_table(sent):
    check, approver = sent
    version = services.version_of(check)

    decision = approve(check, approver)

    said = json.loads(decision.statement)
    assert is_signed(decision.statement, decision.signature)
    assert not is_signed(decision.statement.replace("approve", "refuse"), decision.signature)
    assert (said["check"], said["version"], said["sha256"]) == (check.pk, 1, version.sha256)
    assert said["decision"] == "approve"
    assert said["by"] == approver.pk
    assert {"safeguard:S.AGG", "document:D.DPIA"} <= said["evidence"].keys()
    assert (check.state, check.valid_until) == (State.APPROVED, decision.valid_until)
    assert check.events.last().action == "decided"
    assert Activity.objects.about(Ref.to(check)).first().verb == "decided"


def test_a_yes_holds_as_long_as_the_rules_say_or_shorter(sent):
    check, approver = sent
    days = rulebook().whole.expiry["event"]

    with pytest.raises(Refused, match="as long as a decision holds"):
        approve(check, approver, valid_until=TODAY + timedelta(days=days + 1))
    with pytest.raises(Refused, match="as long as a decision holds"):
        approve(check, approver, valid_until=TODAY - timedelta(days=1))
    approve(check, approver, valid_until=TODAY + timedelta(days=5))

    assert check.valid_until == TODAY + timedelta(days=5)


def test_without_a_choice_it_holds_as_long_as_the_rules_say(held):
    assert held[0].valid_until == TODAY + timedelta(days=rulebook().whole.expiry["event"])


def test_conditions_are_signed_with_it(sent):
    check, approver = sent

    decision = approve(check, approver, conditions=(wanted(check),))

    assert (check.state, decision.kind) == (State.CONDITIONS, Kind.CONDITIONS)
    assert [each.text for each in check.conditions.all()] == ["Train everybody."]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": ""}, "Say what has to be done"),
        ({"text": "x" * 2_000_000}, "Shorten it"),
        ({"due": TODAY - timedelta(days=1)}, "still to come"),
    ],
)
def test_a_condition_that_nobody_can_meet_is_refused(sent, said, sentence):
    check, approver = sent

    with pytest.raises(Refused, match=sentence):
        approve(check, approver, conditions=(wanted(check, **said),))

    assert not Decision.objects.exists()


def test_a_condition_is_for_somebody_of_the_check(sent):
    check, approver = sent

    with pytest.raises(Refused, match="takes part"):
        approve(check, approver, conditions=(wanted(check, owner=MemberFactory()),))


def test_what_is_not_there_yet_becomes_a_condition(author):
    check, people = in_review(author)
    prove(check, but=("S.LOG",))

    with pytest.raises(Refused, match="at least one condition"):
        approve(check, people[Role.APPROVER])
    approve(check, people[Role.APPROVER], conditions=(wanted(check, text="Keep a log."),))

    assert check.state == State.CONDITIONS


# No


def test_a_no_has_a_reason(sent):
    check, approver = sent

    with pytest.raises(Refused, match="Say why"):
        services.refuse(check, ruling(check, reason=" no "), by=approver)
    services.refuse(check, ruling(check, reason="Nobody needs this."), by=approver)

    assert check.state == State.REFUSED
    assert Decision.objects.get().kind == Kind.REFUSE


def test_one_can_say_no_to_what_nobody_could_approve(author):
    check, people = in_review(author)

    services.refuse(check, ruling(check, attested=()), by=people[Role.APPROVER])

    assert check.state == State.REFUSED


# Who decides


def test_nobody_who_had_a_hand_in_it_decides(sent, author):
    check, _approver = sent
    writer, officer, legal = (take_part(check, r) for r in (Role.WRITER, Role.OFFICER, Role.LEGAL))

    for member in (author, writer, officer, legal, MemberFactory()):
        with pytest.raises(PermissionDenied):
            approve(check, member)

    check.refresh_from_db()
    assert check.state == State.SUBMITTED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.WRITER])
def test_an_approver_who_is_named_for_more_does_not_decide(sent, role):
    check, approver = sent
    facts = {"asked_by": check.author, "asked_at": now(), "state": Part.State.TAKEN}
    Part.objects.create(check_of=check, member=approver, role=role, **facts)

    with pytest.raises(PermissionDenied, match="does not advise on data protection"):
        approve(check, approver)


def test_who_wrote_once_does_not_decide_later(author):
    check, people = with_people(author, Role.APPROVER, Role.WRITER)
    approver, writer = people.values()
    services.answer(check, "q01", services.Said("police"), by=writer)
    services.remove(check.parts.get(member=writer), by=author)
    facts = {"asked_by": author, "asked_at": now(), "state": Part.State.TAKEN}
    Part.objects.create(check_of=check, member=writer, role=Role.APPROVER, **facts)
    check.readers.add(writer)
    answer_as(check)
    services.submit(check, by=author)
    prove(check)

    with pytest.raises(PermissionDenied):
        approve(check, writer)
    approve(check, approver)


def test_who_was_removed_an_hour_ago_signs_nothing(sent, author):
    check, approver = sent
    stale = Check.objects.get(pk=check.pk)
    services.remove(check.parts.get(member=approver), by=author)

    with pytest.raises(PermissionDenied):
        approve(stale, approver)


def test_who_left_the_circle_signs_nothing(sent):
    check, approver = sent
    Membership.objects.filter(member=approver).delete()
    approver = type(approver).objects.get(pk=approver.pk)

    with pytest.raises(PermissionDenied):
        approve(check, approver)


@pytest.mark.parametrize("way", ["left", "suspended"])
def test_who_left_or_was_suspended_while_they_waited_signs_nothing(sent, way):
    check, approver = sent
    assert may(approver, "assessments.decide", check)  # and this remembers their circles
    if way == "left":
        Membership.objects.filter(member=approver).delete()
    else:
        Member.objects.filter(pk=approver.pk).update(suspended_at=now())

    with pytest.raises(PermissionDenied):
        approve(check, approver)


def test_who_is_only_asked_does_not_decide_yet(sent, author):
    check, _approver = sent
    other = take_part(check, Role.LEGAL)
    services.remove(check.parts.get(member=other), by=author)
    services.ask(check, by=author, member=other, role=Role.APPROVER)

    with pytest.raises(PermissionDenied):
        approve(check, other)


def test_of_two_approvers_at_once_the_second_is_refused(sent):
    check, first = sent
    second = take_part(check, Role.APPROVER)
    other_window = Check.objects.get(pk=check.pk)

    approve(check, first)
    with pytest.raises(Refused, match="Somebody else has decided"):
        services.refuse(other_window, ruling(check), by=second)

    assert [each.kind for each in Decision.objects.all()] == [Kind.APPROVE]


# About what


def test_a_form_of_an_older_version_is_refused(sent, author):
    check, approver = sent
    old = ruling(check)
    services.take_back(check, by=author)
    answer(check, q05=("vendor",))
    answer_as(check)
    services.submit(check, by=author)

    with pytest.raises(Refused, match="Another version was sent"):
        services.approve(check, old, by=approver)


def test_with_a_clock_set_back_nobody_decides(sent):
    check, approver = sent

    with pretend(now() - timedelta(hours=2)), pytest.raises(Refused, match="clock"):
        approve(check, approver)

    check.refresh_from_db()
    assert check.state == State.SUBMITTED


def test_under_new_rules_it_is_sent_anew(sent, monkeypatch):
    check, approver = sent
    monkeypatch.setattr(deciding, "stamps", lambda country: ({"id": "new", "version": "2.0.0"},))

    with pytest.raises(Refused, match="The rules changed"):
        approve(check, approver)


@pytest.mark.parametrize("left", [0, 1, 3])
def test_every_sentence_is_attested_or_there_is_no_yes(sent, left):
    check, approver = sent
    some = ruling(check).attested[:left]

    with pytest.raises(Refused, match="Tick every sentence"):
        approve(check, approver, attested=some)


def test_two_megabytes_of_reason_are_refused(sent):
    check, approver = sent

    with pytest.raises(Refused, match="Shorten it"):
        approve(check, approver, reason="x" * 2_000_000)


# What stands against it


def test_a_high_risk_goes_to_the_authority_first(author):
    check, people = in_review(author)
    prove(check, but=[each.key for each in standing_of(check).result.safeguards] + ["AU.SA"])
    enough = {"conditions": (wanted(check),)}

    with pytest.raises(Refused, match="supervisory authority"):
        approve(check, people[Role.APPROVER], **enough)
    accepted(check, "authorisation", "AU.SA")
    approve(check, people[Role.APPROVER], **enough)

    assert Decision.objects.get().outcome == "consult"


def test_the_rules_name_what_shows_that_the_authority_was_asked():
    for country in ("", "DE", "FR", "ES", "GB"):
        assert "AU.SA" in deciding.consultation_of(rulebook(country))


def test_opinions_the_rules_call_for_come_first(author):
    check, people = with_people(author, Role.APPROVER, Role.OFFICER)
    answer_as(check)
    answer(check, q55="no")
    services.submit(check, by=author)
    prove(check)

    with pytest.raises(Refused, match="Missing: The data-protection officer"):
        approve(check, people[Role.APPROVER])
    services.advise(
        check,
        by=people[Role.OFFICER],
        role=Role.OFFICER,
        advice="agrees",
        words="It is in proportion.",
        seen=ruling(check).seen,
    )
    decision = approve(check, people[Role.APPROVER])

    assert "opinion:officer" in decision.evidence


@pytest.mark.parametrize("advice", ["against", "agrees_if"])
def test_an_opinion_that_does_not_simply_agree_is_taken_first(author, advice):
    check, people = in_review(author, Role.LEGAL)
    prove(check)
    opinion = services.advise(
        check,
        by=people[Role.LEGAL],
        role=Role.LEGAL,
        advice=advice,
        words="Not like this.",
        seen=ruling(check).seen,
    )
    approver = people[Role.APPROVER]

    with pytest.raises(Refused, match="Accept or overrule the opinion"):
        approve(check, approver)
    with pytest.raises(Refused, match="Say why"):
        services.take_opinion(opinion, "overruled", by=approver)
    with pytest.raises(PermissionDenied):
        services.take_opinion(opinion, "accepted", by=author)
    services.take_opinion(opinion, "overruled", by=approver, why="The judge has looked at that.")
    approve(check, approver)

    assert Opinion.objects.get().taken_by == approver
    with pytest.raises(Refused, match="waits for a decision"):
        services.take_opinion(opinion, "accepted", by=approver)


def test_all_that_stands_against_it_is_said_at_once(author):
    check, people = in_review(author, Role.LEGAL)
    answers = check.answers.all()
    answers.filter(question="q05").update(value="unknown")

    with pytest.raises(Refused) as refused:
        approve(check, people[Role.APPROVER])

    assert "Answers changed since it was sent" in sentences(refused)


def test_what_stops_a_plan_is_named(author):
    check = begin(author)
    answer_as(check)
    answer(check, q03="no", q46="open")

    said = " ".join(deciding.against(standing_of(check)))

    assert "Stopped: Nothing of this kind is approved without a time limit." in said
    assert "Missing: Named national legal basis" in said
