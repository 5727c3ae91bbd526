"""What others may learn of a check: told by its people, in a text of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Summary
from media4sec.assessments.models.summaries import LONGEST_SUMMARY
from media4sec.assessments.queries.summaries import names_in
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.kit import markdown, typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import let_speak

_SHORTEST = 40


@dataclass(frozen=True)
class Telling:
    """A summary as its author writes it."""

    title: str
    text: str
    label: str = Label.GREEN
    attribution: str = Attribution.CHATHAM
    about: Ref | None = None


@transaction.atomic
def tell(check: Check, telling: Telling, *, by: Member) -> Summary:
    """A sanitised account of the version that was decided last, or other words for the one there
    is. It names nobody who has a part in the check."""
    enter(check, "assessments.tell", by=by)
    if telling.label not in {Label.CLEAR, Label.GREEN}:
        raise Refused(_("A summary is for the community or for everybody. Choose one of these."))
    words = _words(check, telling)
    version = check.versions.latest("number")
    facts = {
        **words,
        "html": markdown.render(words["text"]),
        "label": Label(telling.label),
        "activity": check.activity,
        "outcome": check.state,
        "packs": [{name: pack[name] for name in ("id", "version")} for pack in version.packs],
        "about": str(telling.about or ""),
        "is_out": True,
    }
    summary = Summary._base_manager.filter(check_of=check).select_for_update().first()
    if summary is None:
        summary = Summary(check_of=check, author=by, attribution=Attribution(telling.attribution))
        verb = "published"
    else:
        _refuse_other_author(summary, telling, by=by)
        verb = "edited" if summary.is_out else "published"
    for name, value in facts.items():
        setattr(summary, name, value)
    if verb == "published":
        summary.published_at = now()
    summary.save()
    if summary.is_chatham:
        let_speak(by, summary)
    chain.note(check, "told", by=by, thing=f"summary:{summary.pk}", label=str(summary.label))
    record(by, verb, summary)
    return summary


@transaction.atomic
def take_back_summary(summary: Summary, *, by: Member) -> None:
    """Its words go for good; the check stays as it is."""
    enter(summary.check_of, "assessments.untell", by=by)
    if summary.is_withheld:
        raise Refused(_("Moderators hid this text. It cannot be changed."))
    summary.title = summary.text = summary.html = summary.about = ""
    summary.is_out = False
    summary.save(update_fields=["title", "text", "html", "about", "is_out"])
    chain.note(summary.check_of, "untold", by=by, thing=f"summary:{summary.pk}")
    record(by, "withdrew", summary)


def _words(check: Check, telling: Telling) -> dict[str, str]:
    ask = _("Tell in two or three sentences what was planned and what the check said.")
    title = typed.clean_title(telling.title)
    text = typed.clean_words(telling.text, most=LONGEST_SUMMARY, least=_SHORTEST, ask=ask)
    named = names_in(check, f"{title} {text}")
    if named:
        raise Refused(
            _("Take these names out first: %(names)s. They have a part in the check.")
            % {"names": ", ".join(named)}
        )
    return {"title": title, "text": text}


def _refuse_other_author(summary: Summary, telling: Telling, *, by: Member) -> None:
    """One hand writes a summary, under one seal: who was named cannot be sealed afterwards."""
    if summary.is_withheld:
        raise Refused(_("Moderators hid this text. It cannot be changed."))
    if summary.author_id != by.pk:
        raise Refused(_("Somebody else told this summary. Ask them to change it."))
    if telling.attribution != summary.attribution:
        raise Refused(_("Who is shown as the source stays as it was."))
