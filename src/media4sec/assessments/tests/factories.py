"""Checks for tests."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media4sec.assessments import services
from media4sec.assessments.models import Proof, Role
from media4sec.assessments.packs.schema import UNKNOWN
from media4sec.assessments.queries import deciding
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.examples import examples
from media4sec.assessments.services import Said
from media4sec.kit.clock import now
from media4sec.members.tests.factories import CircleFactory, MembershipFactory

#: Crosses no red line, and asks for documents, safeguards and opinions.
CROWD = "crowd-safety-at-a-demonstration"


def begin(by, **said):
    """A check of an event, begun."""
    facts = {"title": "Counts at a march", "activity": "event_monitor", **said}
    return services.begin(by=by, **facts)


def answer(check, **given):
    """By its author, on top of what stands there."""
    for question, value in given.items():
        before = check.answers.filter(question=question).last()
        said = Said(value, seen=before.pk if before else 0)
        services.answer(check, question, said, by=check.author)


def answer_all(check, most=None):
    """Every question that comes up, with its first answer."""
    for _round in range(most or 100):
        standing = standing_of(check)
        if not standing.result.unanswered:
            return
        question = standing.questions[standing.result.unanswered[0]]
        first = next(iter(question.options), "Because nothing less would do.")
        answer(check, **{question.id: (first,) if question.type == "many" else first})


def with_people(author, *roles):
    """A check in a circle of its own, and who said yes to these roles: {role: member}."""
    check = begin(author, circle=CircleFactory(members=[author]))
    return check, {role: take_part(check, role) for role in roles}


def take_part(check, role):
    """A new member of its circle says yes to this role."""
    member = MembershipFactory(circle=check.circle).member
    part = services.ask(check, by=check.author, member=member, role=role)
    services.accept(part, by=member)
    return member


def answer_as(check, example=CROWD):
    """Every question: as in a worked example, and the first answer where it says nothing."""
    answer(check, **examples()[example].answers)
    answer_all(check)


def in_review(author, *roles):
    """A check that was sent, with an approver and these people."""
    check, people = with_people(author, Role.APPROVER, *roles)
    answer_as(check)
    services.submit(check, by=author)
    return check, people


def signed_in(member):
    client = Client()
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return client


def prove(check, *, but=(), **more):
    """Everything the check calls for is shown and accepted; ``but`` is not."""
    result = standing_of(check).hoped
    several = (
        ("safeguard", result.safeguards),
        ("document", result.documents),
        ("authorisation", result.authorisations),
    )
    for of, needed in several:
        for each in needed:
            if each.key not in but:
                accepted(check, of, each.key, **more)


def accepted(check, of, key, **more):
    """A proof that counts."""
    facts = {"words": "It is in the file.", "given_by": check.author, "given_at": now(), **more}
    return Proof.objects.create(
        check_of=check, of=of, key=key, state="accepted", judged_at=now(), **facts
    )


def ruling(check, **said):
    """On what was sent last, read whole."""
    signed = tuple(map(str, deciding.ATTESTATIONS))
    seen = services.version_of(check).sha256
    return services.Ruling(**{"seen": seen, "reason": "It is needed.", "attested": signed, **said})


def ruling_today(check, **said):
    """On what a confirmation would freeze now."""
    return ruling(check, **{"seen": services.hash_of_today(check), **said})


def approved(author, *roles, **said):
    """A check that holds, with all that it calls for, and its approver."""
    check, people = in_review(author, *roles)
    prove(check)
    services.approve(check, ruling(check, **said), by=people[Role.APPROVER])
    return check, people


def queries_of(client, path):
    """How often a page asks the database, once what the process remembers is there."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


__all__ = [
    "CROWD",
    "UNKNOWN",
    "accepted",
    "answer",
    "answer_all",
    "answer_as",
    "approved",
    "begin",
    "in_review",
    "prove",
    "queries_of",
    "ruling",
    "ruling_today",
    "signed_in",
    "take_part",
    "with_people",
]
