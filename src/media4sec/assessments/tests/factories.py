"""Checks for tests."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media4sec.assessments import services
from media4sec.assessments.packs.schema import UNKNOWN
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import Said


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


def signed_in(member):
    client = Client()
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return client


def queries_of(client, path):
    """How often a page asks the database, once what the process remembers is there."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


__all__ = ["UNKNOWN", "answer", "answer_all", "begin", "queries_of", "signed_in"]
