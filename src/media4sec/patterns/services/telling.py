"""What somebody tells of what they tried: telling, changing, sharing, taking back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import links, revisions
from media4sec.kit import uploads as files
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft, Link, Upload
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members import sharing
from media4sec.members.audience import CIRCLE_LABELS, readers_of
from media4sec.members.models import Circle, Member
from media4sec.members.speakers import let_speak
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.account import Account, check
from media4sec.patterns.models import Experience
from media4sec.patterns.queries.origins import Origin, origin_at
from media4sec.patterns.services import reviewing


@transaction.atomic
def tell(
    account: Account,
    *,
    by: Member,
    circle: Circle | None = None,
    label: str | None = None,
    attribution: str | None = None,
    readers: Iterable[Member | int] = (),
    uploads: Iterable[Upload | int] = (),
    after: Experience | None = None,
    origin: str = "",
) -> Experience:
    """Say what was tried, as far as one wants it to travel. ``after`` is what one tried, too;
    ``origin`` is the address of what it was first said in."""
    require(by, "patterns.tell", circle)
    sharing.refuse_archived(circle)
    marking = sharing.marking_of(by, circle, label=label, attribution=attribution, readers=readers)
    source = _source_of(origin, by, circle, marking)
    _check_repeated(after, by)
    told = check(account)
    experience = Experience(author=by, circle=circle, told_at=now(), after=after)
    experience.label, experience.attribution = marking.label, marking.attribution
    experience.widest = source.entry.label if source else ""
    told.put_on(experience)
    _begin(experience, told, marking, uploads)
    if source:
        links.link(experience, Link.Relation.AROSE_FROM, source.thing, by=by)
    record(by, "told", experience, within=circle)
    return experience


def keep_sealed(experience: Experience) -> None:
    """Under the seal nobody is reached through a profile, only through the house."""
    if experience.is_chatham and experience.contact == Experience.Contact.NAMED:
        experience.contact = Experience.Contact.RELAY


def _begin(
    experience: Experience,
    told: Account,
    marking: sharing.Marking,
    uploads: Iterable[Upload | int],
) -> None:
    """The row and all that hangs on it."""
    keep_sealed(experience)
    experience.save(force_insert=True)
    experience.patterns.set(told.patterns)
    experience.readers.set(marking.readers)
    changed = ["attachments", "link_count"] if uploads or experience.widest else []
    if uploads:
        experience.attachments = files.attach(uploads, to=experience, by=experience.author)
    if experience.widest:
        experience.link_count = 1
    if experience.is_chatham:
        hide_country(experience)
        changed.append("hides_country")
    if changed:
        experience.save(update_fields=changed)


def hide_country(experience: Experience) -> None:
    """Under the seal, the country is said only where it is said of who speaks."""
    speaker = let_speak(experience.author, experience)
    experience.hides_country = speaker.country != experience.country


def _source_of(
    origin: str, by: Member, circle: Circle | None, marking: sharing.Marking
) -> Origin | None:
    """What it came from: nothing that is said there goes further by being told again."""
    if not origin:
        return None
    source = origin_at(by, origin)
    if source is None:
        raise Refused(_("What this came from is not there any more. Tell it without that."))
    if not source.allows(marking.label, circle):
        raise Refused(
            _("This came from something shared as %(label)s: share it no further than that.")
            % {"label": source.entry.label}
        )
    if source.is_chatham and marking.attribution != Attribution.CHATHAM:
        raise Refused(_("This was said in Chatham House mode: tell it so, too."))
    if source.entry.label == Label.RED and not set(marking.readers) <= {*source.entry.reader_ids}:
        raise Refused(_("Choose readers among those who may read what this came from."))
    return source


def _check_repeated(after: Experience | None, by: Member) -> None:
    if after is None:
        return
    require(by, "patterns.view_experience", after)
    if not after.is_there:
        raise Refused(_("The experience you tried, too, is not there any more."))


# Changing


@transaction.atomic
def retell(
    experience: Experience,
    account: Account,
    *,
    by: Member,
    base_version: int,
    uploads: Iterable[Upload | int] = (),
    removed: Iterable[int] = (),
) -> Experience:
    """Say it better, or say more; how it read stays in the history."""
    enter(experience, by=by, permission="patterns.edit_experience")
    sharing.refuse_archived(experience.circle)
    told = check(account)
    was = Account.of(experience, experience.patterns.all())
    uploads, removed = list(uploads), list(removed)
    if told == was and not uploads and not removed:
        return experience
    if base_version != experience.version:
        raise EditedMeanwhile
    at = experience.edited_at or experience.told_at
    revisions.keep(
        experience, title=was.title, body=was.as_text(), version=experience.version, at=at
    )
    told.put_on(experience)
    keep_sealed(experience)
    if experience.is_chatham:
        hide_country(experience)
    experience.patterns.set(told.patterns)
    experience.attachments = _carry(experience, by, uploads, removed)
    experience.version += 1
    experience.edited_at = now()
    experience.save()
    record(by, "edited", experience, within=experience.circle, version=experience.version)
    if experience.is_in_review:
        reviewing.ask_again(experience, by=by)
    return experience


def _carry(
    experience: Experience,
    by: Member,
    uploads: Iterable[Upload | int],
    removed: Iterable[int],
) -> list[dict[str, Any]]:
    """The files it carries from now on."""
    here = Ref.to(experience)
    carried = Upload.objects.filter(thing_kind=here.kind, thing_id=here.pk)
    files.discard(carried.filter(pk__in=removed))
    return files.attach(uploads, to=experience, by=by)


def enter(experience: Experience, *, by: Member, permission: str) -> None:
    """Gate and lock. The gate is asked twice: it may have changed while we waited."""
    require(by, permission, experience)
    locked = Experience.objects.select_for_update(of=("self",)).select_related("circle")
    experience.refresh_from_db(from_queryset=locked)
    require(by, permission, experience)


# Sharing, and taking back


@transaction.atomic
def share_experience(
    experience: Experience, *, by: Member, label: str, readers: Iterable[Member | int] = ()
) -> Experience:
    """With fewer people at any time; with more as far as its circle and its source go."""
    enter(experience, by=by, permission="patterns.share_experience")
    was, wanted = Label(experience.label), Label(label)
    if wanted == was and wanted != Label.RED:
        raise Refused(_("It is shared so already. Choose another label."))
    if wanted.is_wider_than(was):
        sharing.refuse_archived(experience.circle)
        sharing.check_label(wanted, experience.circle)
        _check_source_allows(experience, wanted)
    elif wanted in CIRCLE_LABELS and experience.circle_id is None:
        raise Refused(_("AMBER is for the members of a circle, and this is in none."))
    named: list[int] = []
    if wanted == Label.RED:
        again = was == Label.RED
        among = readers_of(experience) if again else sharing.possible_readers(experience.circle)
        named = sharing.named_readers(readers, among, by=by)
    experience.label = wanted
    if wanted == Label.RED:
        experience.review_wished_at = None
    experience.save(update_fields=["label", "review_wished_at"])
    experience.readers.set(named)
    verb = "widened" if wanted.is_wider_than(was) else "narrowed"
    if verb == "widened":
        reviewing.seal_reviews(experience)
    else:
        reviewing.keep_reviews_within(experience)
    record(by, verb, experience, within=experience.circle, was=was, label=wanted)
    return experience


def _check_source_allows(experience: Experience, wanted: Label) -> None:
    if experience.widest and wanted.is_wider_than(Label(experience.widest)):
        raise Refused(
            _("This came from something shared as %(label)s: share it no further than that.")
            % {"label": experience.widest}
        )


@transaction.atomic
def take_back(experience: Experience, *, by: Member) -> Experience:
    """Words, files, facts and history go; a marked gap stays, for who tried it, too."""
    enter(experience, by=by, permission="patterns.take_back_experience")
    nothing = Experience()
    for name in _EMPTIED:
        setattr(experience, name, getattr(nothing, name))
    experience.title = str(_("Taken back by who told it"))
    experience.deleted_at = now()
    experience.save()
    experience.patterns.clear()
    files.wipe(experience)
    revisions.wipe(experience)
    experience.inquiries.all().delete()
    reviewing.wipe_reviews(experience)
    Draft.objects.filter(owner=by, place__startswith=f"experience:{experience.pk}:").delete()
    record(by, "deleted", experience, within=experience.circle)
    return experience


_EMPTIED = (
    "did",
    "happened",
    "parts",
    "html",
    "country",
    "place",
    "size",
    "face",
    "other_theme",
    "actors",
    "groups",
    "platforms",
    "phases",
    "emmie",
    "evidence",
    "contact",
    "variation",
    "attachments",
    "passed_version",
    "review_wished_at",
    "review_by",
)
