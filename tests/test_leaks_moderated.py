"""What moderators hold or hid, and what guests and reporters trusted us with, behind every door.

A small community with a token in each secret; every address of the house, filled in with all
its numbers, is opened as five personas. See also tests/test_leaks.py for labels and speakers.
"""

import logging
import re
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client
from django.utils import timezone

from media4sec.digests import reading, tasks
from media4sec.digests.models import Bookmark, Notice, Subscriber
from media4sec.digests.services import newsletter
from media4sec.discussions import services as discussions
from media4sec.discussions.models import Reply, Topic
from media4sec.journal.models import Article
from media4sec.journal.tests.factories import ArticleFactory
from media4sec.kit import outbox
from media4sec.kit.models import Letter
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, everything_of, watch
from media4sec.members.tests.factories import MemberFactory
from media4sec.moderation import services as moderation
from media4sec.moderation.models import Case, Decision
from media4sec.replies import services as replies
from media4sec.replies.models import Remark
from tests.test_leaks import EXCUSED, everything_said, patterns

pytestmark = pytest.mark.django_db
WHY = {"reference": "rules@2026-1#names", "facts": "A face.", "reason": "It shows a face."}
#: Kept to oneself for ever: guests' and reporters' addresses, what nobody confirmed, reports.
NOBODYS = {"zqaddresszq", "zqreporterzq", "zqunconfirmedzq"}
#: For moderators, on their desk.
DESKS = {"zqheldzq", "zqreportedwordszq"}
#: Taken out of sight: for who wrote it, and on the desk.
HIDDEN = {"zqhiddentitlezq", "zqhiddenbodyzq", "zqhiddenreplyzq", "zqfirstversionzq"}
DECLINED = {"zqdeclinedzq", "zqspammerzq"}


def guest(article, number, body, *, name="Guest", confirms=True):
    stranger = AnonymousUser()
    remark = replies.leave_as_guest(
        article,
        by=stranger,
        name=name,
        email=f"zqaddresszq{number}@guests.example",
        body=body,
        wants_letters=True,
    )
    return replies.confirm(remark, by=stranger) if confirms else remark


@pytest.fixture
def people():
    return {
        "member": MemberFactory(),
        "author": MemberFactory(),
        "suspended": MemberFactory(suspended_at="2026-01-01T00:00Z"),
        "moderator": MemberFactory(is_moderator=True),
    }


@pytest.fixture
def community(people):
    moderator, author = people["moderator"], people["author"]
    article = ArticleFactory(state=Article.State.PUBLISHED)
    guest(article, 1, "Held words zqheldzq.")
    guest(article, 2, "Never confirmed zqunconfirmedzq.", confirms=False)
    moderation.decline(
        guest(article, 3, "Advert zqdeclinedzq.", name="zqspammerzq"), by=moderator, **WHY
    )
    shown = guest(article, 4, "Everybody reads zqreleasedzq.")
    moderation.release(shown, by=moderator)
    replies.leave(article, by=people["member"], body="An answer.", answers_to=shown)
    hide_a_discussion(author, people)
    return article


def hide_a_discussion(author, people):
    Bookmark.objects.create(pk=1)
    for person in people.values():
        watch(everything_of("discussions.topic"), by=person, level=Level.EVERYTHING)
    topic = discussions.start_topic(
        by=author, title="On zqfirstversionzq", body="First.", label="TLP:CLEAR"
    )
    discussions.edit_topic(
        topic, by=author, base_version=1, title="On zqhiddentitlezq", body="zqhiddenbodyzq"
    )
    reply = discussions.reply(topic, by=author, body="And zqhiddenreplyzq.")
    everybody_hears(topic, people)
    for thing in (reply, topic):
        made = moderation.report(
            thing,
            by=AnonymousUser(),
            words="zqreportedwordszq",
            name="Zqreporterzq Name",
            email="zqreporterzq@guests.example",
        )
        moderation.hide(made.case, by=people["moderator"], **WHY)
    moderation.report(
        Topic.objects.get(pk=topic.pk),
        by=people["member"],
        words="zqreportedwordszq",
    )


def everybody_hears(topic, people):
    """Notices are there, and letters on their way, before anything is hidden."""
    editor = MemberFactory(is_editor=True)
    Subscriber.objects.create(
        email="subscriber@guests.example",
        language="en",
        asked_at=timezone.now(),
        confirmed_at=timezone.now(),
    )
    issue = newsletter.save_issue(
        None, by=editor, title="News", language="en", body="Words.", things=[Ref.to(topic)]
    )
    newsletter.send(issue, by=editor)
    reading.read_log()
    assert Notice.objects.filter(member=people["member"]).exists()


def candidates():
    """What may stand for each argument: every number and name there is."""
    things = [*Topic.objects.all(), *Reply.objects.all(), *Article.objects.all()]
    things += [*Remark.objects.all()]
    rows = [*things, *Notice.objects.all()[:4], *Case.objects.all(), *Decision.objects.all()]
    return {
        "pk": sorted({row.pk for row in rows})[:20],
        "ref": [str(Ref.to(thing)) for thing in things],
        "slug": [*Article.objects.values_list("slug", flat=True), "x"],
        "channel": ["everything", "topic", "article"],
        "name": ["community"],
    }


def addresses():
    known = candidates()
    for route, _pattern in patterns():
        if any(re.match(start, route) for start in EXCUSED) or route.startswith("^"):
            continue
        names = re.findall(r"<(?:[a-z_]+:)?([a-z_]+)>", route)
        for values in product(*(known.get(name, ["x"]) for name in names)):
            address = re.sub(r"[\^$\\Z]", "", route)
            for name, value in zip(names, values, strict=True):
                address = re.sub(rf"<(?:[a-z_]+:)?{name}>", str(value), address, count=1)
            yield f"/{address}"
    yield from ("/moderation/?tab=held", "/moderation/?tab=decided", "/discussions/?tab=mine")
    for token in sorted(NOBODYS | DESKS | HIDDEN | DECLINED):
        yield f"/search/?q={token}"


def forbidden(who, address):
    """The tokens that must not be on this page for this visitor."""
    secret = NOBODYS | DESKS | HIDDEN | DECLINED
    on_desk = re.match(r"^/(moderation|decisions)/", address)
    if who == "moderator" and on_desk:
        secret -= DESKS | HIDDEN | DECLINED
    if who == "author" and re.match(r"^/(decisions|me)/", address):
        secret -= HIDDEN
    return secret


@pytest.mark.parametrize("who", ["stranger", "member", "author", "suspended", "moderator"])
def test_nothing_withheld_and_no_address_is_behind_any_door(community, people, who, caplog):
    client = Client()
    if who != "stranger":
        client.force_login(people[who])
    opened, seen = 0, set()

    with caplog.at_level(logging.INFO):
        for address in addresses():
            response = client.get(address)
            assert response.status_code < 500, address
            said = everything_said(response).replace(address, "")
            asked = address.partition("?q=")[2]
            found = set(re.findall(r"zq[a-z]+?zq", said)) - {asked}
            seen |= found
            opened += response.status_code == 200
            assert not found & forbidden(who, address), address

    assert opened > 20
    # What may be read is read on the way.
    assert "zqreleasedzq" in seen
    assert ("zqhiddenbodyzq" in seen) == (who in {"author", "moderator"})
    assert ("zqheldzq" in seen) == (who == "moderator")
    assert not re.search(r"zq(address|reporter)zq", caplog.text)


def test_no_letter_says_what_is_not_its_readers(community, people):
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tasks.keep_in_touch()
        while outbox.send_due():
            pass

    assert "subscriber@guests.example" in {to for letter in mail.outbox for to in letter.to}
    for letter in mail.outbox:
        html = "".join(each.content for each in letter.alternatives)
        message = f"{letter.subject}\n{letter.body}\n{html}\n{letter.extra_headers}"
        found = set(re.findall(r"zq[a-z]+?zq", message))
        assert not found & (NOBODYS | DESKS | HIDDEN | DECLINED), letter.subject


def test_no_row_of_a_letter_keeps_a_guests_address(community):
    for letter in Letter.objects.all():
        assert "zqaddresszq" not in f"{letter.to} {letter.content}"
