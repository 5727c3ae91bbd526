"""An absolute red line is never approvable: through page, JSON, admin, command line or import."""

import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import get_commands
from django.db import IntegrityError, transaction

from media4sec.assessments import services
from media4sec.assessments.evaluation import Evidence, Outcome, evaluate
from media4sec.assessments.models import Answer, Check, Decision, Proof, Role
from media4sec.assessments.packs.schema import Kind
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries import deciding
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.deciding import ATTESTATIONS, YES
from media4sec.assessments.queries.table import Table
from media4sec.assessments.services import chain
from media4sec.assessments.services.decisions import Word, write_decision
from media4sec.assessments.services.freezing import freeze
from media4sec.assessments.tests.factories import begin, ruling_today, signed_in, with_people
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.rooms import rooms
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory

State = Check.State
COUNTRIES = ["", "DE", "FR", "ES", "GB"]
#: Answers that are worked out, and checks that are taken through every door, of each country.
IS_THOROUGH = os.environ.get("CI") == "1" and "postgres" not in os.environ.get("DATABASE_URL", "")
REASONED, TRIED = (600, 20) if IS_THOROUGH else (300, 6)
DAY = now().date()
#: What refuses because of the line, and of nothing else.
FOR_THE_LINE = ("Nobody can approve this", "Nobody can approve that", "lifts no red line")


# Answers that cross an absolute line, whatever else they say


def crossing(chance: Random, country: str):
    """An activity and whole answers, with an absolute red line crossed for sure or perhaps."""
    book = rulebook(country)
    whole = book.whole
    bad = [
        (place.split(".")[1], place.split(".")[2])
        for place, effect in whole.effects()
        if place.startswith("questions.") and place.count(".") == 2
        if any(whole.red_lines[key].kind == Kind.ABSOLUTE for key in effect.red_lines)
    ]
    while True:
        activity = chance.choice(sorted(whole.activities))
        said = {each.id: an_answer(chance, each) for each in whole.questions}
        question, option = chance.choice(bad)
        asked = next(each for each in whole.questions if each.id == question)
        said[question] = (option,) if asked.type == "many" else option
        result = evaluate(book, activity, said, DAY)
        if any(line.kind == Kind.ABSOLUTE for line in result.red_lines):
            return activity, {key: said[key] for key in result.asked}


def an_answer(chance: Random, question):
    """Any there is, but "I don't know": what is not known stands in the way by itself."""
    if question.type == "text":
        return "Because nothing less would do."
    options = list(question.options)
    if question.type == "one":
        return chance.choice(options)
    return tuple(key for key in options if chance.random() < 0.4) or (options[0],)


def tell(capsys, words):
    """How many were tried, for whoever runs it."""
    with capsys.disabled():
        sys.stdout.write(f"\n{words}\n")


def everything(country: str) -> Evidence:
    whole = rulebook(country).whole
    return Evidence(
        safeguards=frozenset(whole.safeguards),
        documents=frozenset(whole.documents),
        authorisations=frozenset(whole.authorisations),
        opinions=frozenset({"dpo", "legal", "ethics", "community"}),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("country", COUNTRIES)
def test_no_answers_with_everything_accepted_can_be_approved(country, capsys):
    chance, table = Random(f"reasoned {country}"), Table(everything(country))
    check = begin(MemberFactory(), country=country)
    lines = Counter()
    for _each in range(REASONED):
        check.activity, said = crossing(chance, country)
        answers = {key: Answer(check_of=check, question=key, value=said[key]) for key in said}
        standing = replace(standing_of(check), check=check, answers=answers, table=table)

        assert standing.result.outcome == Outcome.BLOCKED
        assert not standing.result.can_be_approved
        assert not standing.result.may_act_first
        assert any("Nobody can approve that" in each for each in deciding.against(standing))
        assert deciding.against_acting_first(standing)
        lines.update(line.key for line in deciding.never_allowed(standing))

    tell(capsys, f"{country or 'all'}: {REASONED} answers, {len(lines)} absolute lines, 0 pass")


# The same through every door


@pytest.fixture
def people(db):
    author, circle = MemberFactory(), CircleFactory()
    MembershipFactory(circle=circle, member=author)
    return author, MembershipFactory(circle=circle).member, circle


def forced(people, country, activity, said):
    """A check in review that no service would have let come that far, with all proofs there are."""
    author, approver, circle = people
    check = begin(author, country=country, activity=activity, circle=circle)
    services.accept(
        services.ask(check, by=author, member=approver, role=Role.APPROVER), by=approver
    )
    rows = [
        (key, list(value) if isinstance(value, tuple) else value) for key, value in said.items()
    ]
    Answer.objects.bulk_create(
        Answer(check_of=check, question=key, value=value, by=author, at=now())
        for key, value in rows
    )
    shown = everything(country)
    several = {
        "safeguard": shown.safeguards,
        "document": shown.documents,
        "authorisation": shown.authorisations,
    }
    facts = {"given_by": author, "given_at": now(), "judged_at": now(), "state": "accepted"}
    Proof.objects.bulk_create(
        Proof(check_of=check, of=of, key=key, words="There.", **facts)
        for of, keys in several.items()
        for key in keys
    )
    with transaction.atomic():
        freeze(standing_of(check), by=author)
    return check


def put(check, state, **more):
    """As if it had come there, by whatever way."""
    facts = {"valid_until": DAY + timedelta(days=20), **more}
    Check.objects.filter(pk=check.pk).update(state=state, **facts)
    check.refresh_from_db()


def signed_once(check, by):
    """A yes of a day on which the rules drew no such line."""
    standing = standing_of(check)
    milder = replace(standing.result, outcome=Outcome.CLEAR)
    word = Word(Decision.Kind.APPROVE, "Then it was fine.", valid_until=DAY + timedelta(days=20))
    with transaction.atomic():
        return write_decision(services.version_of(check), word, by=by, result=milder)


def doors(check, approver):
    """Every way in which somebody might get to a yes: a name, a state, what is tried."""
    author, client, page = check.author, signed_in(approver), f"/checks/{check.pk}/"
    seen = services.version_of(check).sha256
    signed = {"attested": tuple(map(str, ATTESTATIONS)), "valid_until": DAY + timedelta(days=1)}
    said = services.Ruling(seen=seen, reason="It is needed.", **signed)
    when = services.Wanted("Do it well.", author, DAY + timedelta(days=9))
    form = {
        "seen": seen,
        "table": deciding.table_hash(standing_of(check)),
        "rows": "0",
        "reason": "It is needed.",
        "valid_until": DAY.isoformat(),
        **{f"attest_{number}": "on" for number in range(len(ATTESTATIONS))},
    }
    urgent = {"commander": "Officer in charge on duty", "reason": "A life is in danger here."}
    today = ruling_today(check)
    stale = {"stale_since": now(), "stale_why": "stricter", "confirm_by": DAY}
    return [
        ("submit", State.DRAFT, {}, lambda: services.submit(check, by=author)),
        ("approve", State.SUBMITTED, {}, lambda: services.approve(check, said, by=approver)),
        (
            "with conditions",
            State.SUBMITTED,
            {},
            lambda: services.approve(check, replace(said, conditions=(when,)), by=approver),
        ),
        ("page: decide", State.SUBMITTED, {}, lambda: client.post(f"{page}decide/", form)),
        ("by its author", State.SUBMITTED, {}, lambda: services.approve(check, said, by=author)),
        ("command", State.DRAFT, {}, lambda: services.command(check, by=author, **urgent)),
        ("page: urgent", State.DRAFT, {}, lambda: client.post(f"{page}urgent/", urgent)),
        ("lift", State.SUSPENDED, {}, lambda: services.lift(check, today, by=approver)),
        (
            "page: lift",
            State.SUSPENDED,
            {},
            lambda: client.post(f"{page}lift/", {**form, "seen": today.seen}),
        ),
        ("confirm", State.APPROVED, stale, lambda: services.confirm(check, today, by=approver)),
        (
            "page: confirm",
            State.APPROVED,
            stale,
            lambda: client.post(f"{page}confirm/", {**form, "seen": today.seen}),
        ),
        ("json", State.SUBMITTED, {}, lambda: client.post(f"{page}result.json", form)),
    ]  # fmt: skip


def is_shut(name, attempt):
    """Whether it is refused, and because of the line."""
    try:
        answered = attempt()
    except PermissionDenied:
        return name == "by its author"
    except Refused as refused:
        return any(each in " ".join(refused.messages) for each in FOR_THE_LINE)
    if name == "json":
        return answered.status_code == 405
    said = answered.content.decode()
    return answered.status_code == 422 and any(each in said for each in FOR_THE_LINE)


@pytest.mark.django_db
@pytest.mark.parametrize("country", COUNTRIES)
def test_no_door_leads_to_a_yes(people, country, capsys):
    chance, tried = Random(f"tried {country}"), Counter()
    approver = people[1]
    for _each in range(TRIED):
        check = forced(people, country, *crossing(chance, country))
        old = signed_once(check, approver)
        for name, state, more, attempt in doors(check, approver):
            put(check, state, **more)
            count = check.versions.count()
            assert is_shut(name, attempt), name
            check.refresh_from_db()
            assert check.state == state, name
            assert check.versions.count() == count, name
            put(check, state, stale_since=None, stale_why="", confirm_by=None)
            tried[name] += 1
        assert [*Decision.objects.filter(version__check_of=check, kind__in=YES)] == [old]

    tell(capsys, f"{country or 'all'}: {tried.total()} attempts at {len(tried)} doors, 0 pass")


@pytest.mark.django_db
def test_the_last_condition_done_lifts_no_red_line(people):
    author, approver, _circle = people
    check = forced(people, "", *crossing(Random(1), ""))
    decision = signed_once(check, approver)
    put(check, State.CONDITIONS)
    facts = {"decision": decision, "owner": author, "due": DAY}
    condition = check.conditions.create(text="Do it well.", **facts)

    services.fulfil(condition, "It is done.", by=author)

    check.refresh_from_db()
    assert check.state == State.CONDITIONS


@pytest.mark.django_db
def test_begun_anew_it_cannot_even_be_sent(people):
    author, approver, _circle = people
    check = forced(people, "", *crossing(Random(2), ""))
    put(check, State.REFUSED)
    new = services.revise(check, by=author)
    services.accept(new.parts.get(role=Role.APPROVER), by=approver)

    with pytest.raises(Refused, match="Nobody can approve this"):
        services.submit(new, by=author)


@pytest.mark.django_db
def test_what_was_begun_in_danger_to_life_is_stopped_by_the_house(people):
    check = forced(people, "", *crossing(Random(3), ""))
    put(check, State.URGENT, finish_by=now() + timedelta(hours=20))

    assert services.follow_urgent(by=THE_HOUSE) == 1
    check.refresh_from_db()
    assert check.state == State.SUSPENDED


# Doors that are not there


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_result_as_data_is_only_read(method):
    check, _people = with_people(MemberFactory())

    response = getattr(signed_in(check.author), method)(f"/checks/{check.pk}/result.json")

    assert response.status_code == 405


def test_there_is_no_admin():
    assert not apps.is_installed("django.contrib.admin")


def test_no_command_and_no_import_of_this_room_touches_checks():
    ours = {name for name, app in get_commands().items() if app == "media4sec.assessments"}
    room = next(each for each in rooms() if each.name == "assessments")

    assert ours <= {"packs", "verify"}
    assert room.load_content is None


@pytest.mark.django_db
def test_not_even_the_database_takes_a_yes_across_a_line(people):
    check = forced(people, "", *crossing(Random(4), ""))
    result = standing_of(check).result
    ends = DAY + timedelta(days=9)

    for kind in sorted(YES):
        word = Word(kind, "It is needed.", valid_until=ends)
        with pytest.raises(IntegrityError), transaction.atomic():
            write_decision(services.version_of(check), word, by=people[1], result=result)


def test_what_is_hashed_names_the_outcome():
    """A yes names the result it was given on: another outcome is another hash."""
    result = evaluate(rulebook(), "event_monitor", {}, DAY)

    milder = replace(result, outcome=Outcome.CLEAR)

    assert chain.sha256(result.as_data()) != chain.sha256(milder.as_data())
