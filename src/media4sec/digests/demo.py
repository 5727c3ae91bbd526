"""The demo: what everybody has heard of lately, and a newsletter that has been sent."""

from __future__ import annotations

from datetime import timedelta

from media4sec.digests import reading
from media4sec.digests.models import Bookmark, Issue, Notice, Subscriber
from media4sec.digests.queries import newsletter as queries
from media4sec.digests.services import newsletter
from media4sec.kit.clock import now, pretend
from media4sec.kit.town import Town
from media4sec.kit.watching import Level, everything_of, watch
from media4sec.members.models import Member

#: What is older has been read, as in any mailbox.
NEWS = timedelta(days=2)
TITLE = "Before the first official message: what to say when you know little"
WORDS = """\
Dear readers,

when something happens, people film and post within a minute. The first official message often
comes after twenty. This month our members compared what they do in between, and what they have
stopped doing.

Three things stood out. Say what you do **not** know yet, and when you will speak again. Ask
people to send their videos to you, not to the street. And write down who may press “publish” at
night, before there is a night in which it matters.

Below is what everybody may read. Members of the community see more, and can answer.
"""
DRAFT_TITLE = "Neighbourhood groups that search for culprits"
DRAFT_WORDS = "What happens when a group chat names somebody, and what helped afterwards.\n"
READERS = ("press-office", "town-hall", "reading-group")


def furnish(town: Town) -> None:
    """Notices from the log of the town, and two newsletters: one sent, one being written."""
    editor = _editor(town)
    if editor:
        watch(everything_of("journal.article"), by=editor, level=Level.EVERYTHING)
    Bookmark.objects.update_or_create(pk=1, defaults={"activity": 0, "member": 0})
    reading.read_log()
    Notice.objects.filter(at__lt=now() - NEWS).update(read_at=now())
    # Nobody in the demo has a mailbox.
    Notice.objects.update(mail_at=None)
    reading.recount(set(Member.objects.values_list("pk", flat=True)))
    if editor:
        _newsletters(editor, town)


def _editor(town: Town) -> Member | None:
    return next((each for each in town.people.values() if each.is_editor), None)


def _newsletters(editor: Member, town: Town) -> None:
    items = queries.proposed_items()
    with pretend(town.today - timedelta(days=6)):
        issue = newsletter.save_issue(
            None,
            by=editor,
            title=TITLE,
            language="en",
            body=WORDS,
            things=[item.address for item in items[:5]],
        )
        newsletter.send(issue, by=editor)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.SENT)
    newsletter.save_issue(
        None,
        by=editor,
        title=DRAFT_TITLE,
        language="en",
        body=DRAFT_WORDS,
        things=[item.address for item in items[5:7]],
    )
    for name in READERS:
        Subscriber.objects.create(
            email=f"{name}@reader.example", language="en", asked_at=now(), confirmed_at=now()
        )
