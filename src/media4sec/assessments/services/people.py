"""Who takes part in a check: asked for one thing each, and free to say no."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import ADVISERS, HANDS, Check, Opinion, Part, Role
from media4sec.assessments.rules import has_advised_as_officer, has_written
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.permissions import require
from media4sec.members.models import Circle, Member, Membership

MOST_PEOPLE, LONGEST_NOTE = 40, 1_000
_DECIDES = gettext_lazy("They decide about this check: an approver has no other part in it.")
_AUDITS = gettext_lazy("An auditor has no other part in the check.")


@transaction.atomic
def place(check: Check, *, by: Member, circle: Circle) -> Check:
    """Put the check into a circle: people of it can be asked. Nobody reads it by that alone."""
    enter(check, "assessments.place", by=by)
    require(by, "members.write_in_circle", circle)
    if check.circle_id == circle.pk:
        return check
    if check.parts.filter(state__in=Part.STANDING).exists():
        raise Refused(_("People of another circle take part in it. Remove them first."))
    check.circle, check.label = circle, Label.AMBER_STRICT
    check.save(update_fields=["circle", "label"])
    chain.note(check, "placed", by=by, circle=circle.pk)
    return check


@transaction.atomic
def ask(
    check: Check, *, by: Member, member: Member, role: str, note: str = "", due: date | None = None
) -> Part:
    """Ask a member of its circle for a part. They read the check from now on, and may say no."""
    enter(check, "assessments.ask", by=by)
    if role not in Role.values:
        raise Refused(_("Choose what you ask them for."))
    if due and due < now().date():
        raise Refused(_("Choose a day that is still to come."))
    is_own = member.pk == by.pk
    if is_own and role != Role.OWNER:
        raise Refused(_("Ask somebody else: nobody gives a part to themselves."))
    _refuse_outside(check, member)
    _refuse_conflict(check, member, role)
    part = Part.objects.create(
        check_of=check,
        member=member,
        role=role,
        note=typed.clean_words(note, most=LONGEST_NOTE),
        asked_by=by,
        asked_at=now(),
        due=due,
    )
    chain.note(check, "asked", by=by, thing=f"part:{part.pk}", role=role, member=member.pk)
    keep_reader(check, member)
    if is_own:
        return _take(check, part, by=by)
    record(by, "asked", part, within=check)
    return part


@transaction.atomic
def accept(part: Part, *, by: Member) -> Part:
    """Whoever is asked says yes."""
    check = _enter_part(part, by=by)
    if part.state != Part.State.ASKED:
        raise Refused(_("You have answered this already."))
    _refuse_conflict(check, by, part.role, but=part)
    _take(check, part, by=by)
    record(by, "accepted", check)
    return part


@transaction.atomic
def decline(part: Part, *, by: Member, reason: str = "") -> Part:
    """Whoever is asked says no; or leaves later, which needs nobody's consent."""
    check = _enter_part(part, by=by)
    if not part.is_standing:
        raise Refused(_("This part is over already."))
    part.answer = typed.clean_words(reason, most=LONGEST_NOTE)
    _end(check, part, Part.State.DECLINED if part.state == Part.State.ASKED else Part.State.ENDED)
    chain.note(check, "declined", by=by, thing=f"part:{part.pk}", role=part.role)
    record(by, "declined", check)
    return part


@transaction.atomic
def remove(part: Part, *, by: Member) -> Part:
    """End somebody's part. What they signed stays."""
    check = part.check_of
    enter(check, "assessments.ask", by=by)
    _lock(part)
    if not part.is_standing:
        raise Refused(_("This part is over already."))
    _end(check, part, Part.State.ENDED)
    _note_removed(check, part, by=by)
    record(by, "removed", part, within=check)
    return part


def keep_reader(check: Check, member: Member) -> None:
    """Its people read it, and nobody else does. Who has two parts reads as long as one stands."""
    if check.parts.filter(member=member, state__in=Part.STANDING).exists():
        check.readers.add(member)
    else:
        check.readers.remove(member)


# How they do it


def _enter_part(part: Part, *, by: Member) -> Check:
    require(by, "assessments.answer_request", part)
    check = part.check_of
    enter(check, "assessments.view_check", by=by)
    _lock(part)
    return check


def _lock(part: Part) -> None:
    """The check is held: nobody else changes its people now. ``check_of`` stays the one held."""
    part.refresh_from_db(fields=["state", "answer", "answered_at", "ended_at"])


def _take(check: Check, part: Part, *, by: Member) -> Part:
    part.state, part.answered_at = Part.State.TAKEN, now()
    part.save(update_fields=["state", "answered_at"])
    chain.note(check, "accepted", by=by, thing=f"part:{part.pk}", role=part.role)
    if part.role == Role.OWNER:
        _hand_over(check, part, by=by)
    return part


def _hand_over(check: Check, part: Part, *, by: Member) -> None:
    """A check has one owner."""
    before = check.parts.filter(role=Role.OWNER, state=Part.State.TAKEN).exclude(pk=part.pk)
    for each in before.select_related("member"):
        _end(check, each, Part.State.ENDED)
        _note_removed(check, each, by=by)
    check.owner = part.member
    check.save(update_fields=["owner"])


def _end(check: Check, part: Part, state: str) -> None:
    moment = now()
    if part.state == Part.State.ASKED:
        part.answered_at = moment
    was_owner = part.role == Role.OWNER and part.state == Part.State.TAKEN
    part.state, part.ended_at = state, moment
    part.save(update_fields=["state", "answer", "answered_at", "ended_at"])
    if was_owner and check.owner_id == part.member_id:
        check.owner = check.author
        check.save(update_fields=["owner"])
    keep_reader(check, part.member)


def _note_removed(check: Check, part: Part, *, by: Member) -> None:
    facts = {"role": part.role, "member": part.member_id}
    chain.note(check, "removed", by=by, thing=f"part:{part.pk}", **facts)


def _refuse_outside(check: Check, member: Member) -> None:
    if check.circle_id is None:
        raise Refused(_("Put the check into a circle first: you can ask its members."))
    inside = Membership.objects.filter(circle=check.circle_id, member=member)
    if not (inside.exists() and Member.objects.reading().filter(pk=member.pk).exists()):
        raise Refused(_("Ask somebody of its circle whose account is not suspended."))
    if check.parts.filter(state__in=Part.STANDING).count() >= MOST_PEOPLE:
        raise Refused(_("Very many people take part already. Remove somebody first."))


def _refuse_conflict(check: Check, member: Member, role: str, but: Part | None = None) -> None:
    """Whoever works on it does not review it, whoever reviews it does not decide, and whoever
    decides or audits does nothing else in it."""
    parts = check.parts.filter(member=member, state__in=Part.STANDING)
    has = {each.role for each in parts if not but or each.pk != but.pk}
    if role in has:
        raise Refused(_("They are asked for this already."))
    if sentence := _conflict(check, member, role, has):
        raise Refused(sentence)


def _conflict(check: Check, member: Member, role: str, has: AbstractSet[str]) -> str:
    works = bool(has & {*HANDS}) or member.pk in {check.author_id, check.owner_id}
    has_worked = works or bool(has_written(member, check))
    if Role.AUDITOR in has:
        return str(_AUDITS)
    if role in HANDS:
        return _conflict_of_hand(check, member, role, has)
    if role == Role.AUDITOR:
        return str(_AUDITS) if has or has_worked else ""
    if role == Role.APPROVER:
        return _conflict_of_approver(check, member, has, has_worked)
    if has_worked:
        return _("Whoever works on a check, or answered in it, does not review it.")
    return str(_DECIDES) if Role.APPROVER in has else ""


def _conflict_of_hand(check: Check, member: Member, role: str, has: AbstractSet[str]) -> str:
    if role == Role.OWNER and check.owner_id == member.pk:
        return _("They are its owner already.")
    if role == Role.WRITER and check.author_id == member.pk:
        return _("Whoever began the check answers its questions anyway.")
    if Role.APPROVER in has:
        return str(_DECIDES)
    return _("Whoever reviews a check does not work on it.") if has & {*ADVISERS} else ""


def _conflict_of_approver(
    check: Check, member: Member, has: AbstractSet[str], has_worked: bool
) -> str:
    said = Opinion.objects.filter(version__check_of=check, by=member)
    advised = has & {*ADVISERS} | {*said.values_list("role", flat=True)}
    if Role.OFFICER in advised or has_advised_as_officer(member, check):
        return _("The data-protection officer advises and never decides.")
    if check.author_id == member.pk:
        return _("Whoever began a check does not decide about it.")
    if has_worked:
        return _("Whoever works on a check, or answered in it, does not decide about it.")
    return _("Whoever reviews a check does not decide about it.") if advised else ""
