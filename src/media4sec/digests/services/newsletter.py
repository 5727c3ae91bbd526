"""Who gets the newsletter, by their own yes, and how an issue is made and sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.digests.models import Issue, Subscriber, new_key
from media4sec.digests.queries import newsletter as queries
from media4sec.digests.writing import unsubscribe_headers
from media4sec.kit import mail
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, clean_text, render
from media4sec.kit.models import Letter, Theme
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.models import Member

ISSUE = "digests.issue"
#: A link to confirm is good for so long; then the address is forgotten.
CONFIRM_WITHIN = timedelta(days=7)
#: Letters written in one transaction.
AT_A_TIME = 500
State = Issue.State


# Readers: the link in their mailbox is their yes, so nobody else acts for them.


@transaction.atomic
def ask_in(email: str, *, language: str, themes: Iterable[Theme]) -> None:
    """Write to an address; nothing else is sent there until its owner presses a button.

    Whoever asks is told the same, whether the address is known here or not.
    """
    new = Subscriber(email=email, language=language, asked_at=now())
    # The same address may be asked for twice at the same moment.
    Subscriber.objects.bulk_create([new], ignore_conflicts=True)
    reader = Subscriber.objects.select_for_update().get(email__iexact=email)
    if reader.confirmed_at:
        _write(reader, "digests/mail/newsletter_known")
        return
    reader.language, reader.asked_at = language, now()
    reader.save(update_fields=["language", "asked_at"])
    reader.themes.set(themes)
    _write(reader, "digests/mail/newsletter_confirm")


def _write(subscriber: Subscriber, template: str) -> None:
    links = {"confirm": confirm_url(subscriber), "leave": leave_url(subscriber)}
    transaction.on_commit(
        lambda: mail.send(template, to=subscriber.email, context=links), robust=True
    )


def waiting_for(key: str) -> Subscriber | None:
    """Whose yes this link waits for; None when it is too old, or no link of ours."""
    fresh = Subscriber.objects.filter(asked_at__gt=now() - CONFIRM_WITHIN)
    return (fresh | Subscriber.objects.confirmed()).filter(key=key).first()


@transaction.atomic
def say_yes(subscriber: Subscriber) -> None:
    """The owner of the address wants the newsletter. Twice is once."""
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=now())


def leave(key: str) -> None:
    """One click, and the address is gone. Twice is once."""
    Subscriber.objects.filter(key=key).delete()


def forget_unconfirmed() -> None:
    """Addresses whose owner never said yes."""
    old = Subscriber.objects.filter(confirmed_at=None, asked_at__lt=now() - CONFIRM_WITHIN)
    old.delete()


def confirm_url(subscriber: Subscriber) -> str:
    return settings.SITE_URL + reverse("digests:confirm", args=[subscriber.key])


def leave_url(subscriber: Subscriber) -> str:
    return settings.SITE_URL + reverse("digests:leave", args=[subscriber.key])


# Editors


@transaction.atomic
def save_issue(
    issue: Issue | None, *, by: Member, title: str, language: str, body: str, things: Iterable[Ref]
) -> Issue:
    """A draft as it is now: the editors' words and public things, in the order given."""
    require(by, "digests.edit_issue")
    if issue is None:
        issue, verb = Issue(made_by=by), "drafted"
    else:
        issue, verb = _locked(issue), "edited"
        _refuse_sent(issue)
    chosen = list(things)
    if len(chosen) > queries.MOST_CHOSEN:
        raise Refused(_("Choose at most %(most)d things.") % {"most": queries.MOST_CHOSEN})
    issue.title, issue.language = clean_line(title), language
    issue.body = clean_text(body)
    issue.body_html = render(issue.body)
    issue.things = queries.kept(queries.public_items(chosen))
    issue.changed_at = now()
    issue.save()
    record(by, verb, issue)
    return issue


@transaction.atomic
def throw_away(issue: Issue, *, by: Member) -> None:
    require(by, "digests.edit_issue")
    issue = _locked(issue)
    _refuse_sent(issue)
    record(by, "thrown_away", issue)
    issue.delete()


@transaction.atomic
def try_out(issue: Issue, *, by: Member) -> None:
    """The letter as it is now, to nobody but the editor who asks."""
    require(by, "digests.edit_issue")
    mail.post(ISSUE, key=f"try:{new_key()}", content={"issue": issue.pk, "editor": by.pk})


@transaction.atomic
def send(issue: Issue, *, by: Member) -> Issue:
    """From now on it is public, and the worker writes to its readers."""
    require(by, "digests.edit_issue")
    issue = _locked(issue)
    _refuse_sent(issue)
    refs = [Ref.parse(each["ref"]) for each in issue.things]
    issue.things = queries.kept(queries.public_items(refs))
    if not issue.body and not issue.things:
        raise Refused(_("There is nothing in it yet. Write some words, or choose some things."))
    Issue.flow.check(issue.state, State.LEAVING)
    issue.state, issue.sent_at = State.LEAVING, now()
    issue.save(update_fields=["things", "state", "sent_at"])
    record(by, "sent", issue)
    return issue


def _locked(issue: Issue) -> Issue:
    issue.refresh_from_db(from_queryset=Issue.objects.select_for_update())
    return issue


def _refuse_sent(issue: Issue) -> None:
    if issue.state != State.DRAFT:
        raise Refused(_("This newsletter has been sent. It cannot be changed any more."))


# The worker


def write_letters() -> int:
    """A letter for each reader of what is on its way, some hundred at a time."""
    written = 0
    while Issue.objects.filter(state=State.LEAVING).exists():
        written += _write_some()
    return written


@transaction.atomic
def _write_some() -> int:
    """Some letters and how far they reach are one: after a kill the next worker goes on there."""
    issue = Issue.objects.select_for_update().filter(state=State.LEAVING).order_by("pk").first()
    if issue is None:
        return 0
    readers = queries.readers_of(issue).filter(pk__gt=issue.reached).order_by("pk")
    some = list(readers.values_list("pk", flat=True)[:AT_A_TIME])
    mail.post_many(
        ISSUE, {f"issue:{issue.pk}:{pk}": {"issue": issue.pk, "subscriber": pk} for pk in some}
    )
    if some:
        issue.reached = some[-1]
    else:
        Issue.flow.check(issue.state, State.SENT)
        issue.state = State.SENT
    issue.save(update_fields=["reached", "state"])
    return len(some)


def letter_of(letter: Letter) -> mail.Words | None:
    """The issue as one reader gets it: of their themes, and only what is public still."""
    issue = Issue.objects.filter(pk=letter.content["issue"]).first()
    to, key, themes = _reader(letter.content)
    if issue is None or not to:
        return None
    items = queries.for_subscriber(queries.items_of(issue), themes)
    if not items and not issue.body:
        return None
    is_try = "editor" in letter.content
    stop = settings.SITE_URL + reverse("digests:leave", args=[key])
    return mail.worded(
        "digests/mail/issue",
        to=to,
        context={
            "issue": issue,
            # A letter has no address of its own to which "/t/42/" could belong.
            "html": issue.body_html.replace('href="/', f'href="{settings.SITE_URL}/'),
            "items": items,
            "is_try": is_try,
            "stop": stop,
        },
        headers={} if is_try else unsubscribe_headers(stop),
    )


def _reader(content: dict[str, Any]) -> tuple[str, str, set[int]]:
    """Address, key and themes of whom a letter is for; nothing when they have left."""
    if "editor" in content:
        editor = Member.objects.reading().filter(pk=content["editor"], is_editor=True).first()
        return (editor.email if editor else "", "try", set())
    reader = Subscriber.objects.confirmed().filter(pk=content["subscriber"]).first()
    if reader is None:
        return "", "", set()
    return reader.email, reader.key, set(reader.themes.values_list("pk", flat=True))
