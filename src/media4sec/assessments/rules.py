"""Who may, in the room of checks."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models import (
    ADVISERS,
    HANDS,
    Answer,
    Check,
    Condition,
    Event,
    Opinion,
    Part,
    Role,
)
from media4sec.kit.permissions import permit
from media4sec.members.audience import can_read
from media4sec.members.rules import in_circle, is_in_good_standing, is_live


@rules.predicate
def reads_check(visitor: Any, check: Check) -> bool:
    """``visible_to`` for one check in hand; a test holds the two together."""
    return check.state != Check.State.WITHDRAWN and bool(can_read(visitor, check))


@rules.predicate
def began_it(member: Any, check: Check) -> bool:
    return check.author_id == member.pk


@rules.predicate
def is_open(_member: Any, check: Check) -> bool:
    return check.is_open


def has_role(*several: str) -> Any:
    """Whether somebody takes part in the check in one of these roles, now."""

    @rules.predicate(f"has_role:{','.join(several)}")
    def holds(member: Any, check: Check) -> bool:
        return any(role in several for role in roles_of(member, check))

    return holds


def roles_of(member: Any, check: Check) -> set[str]:
    """What this member does in the check. Who is only asked does nothing yet."""
    parts = check.parts.filter(member=member.pk, state=Part.State.TAKEN)
    owns = {str(Role.OWNER)} if check.owner_id == member.pk else set()
    return owns | {*parts.values_list("role", flat=True)}


@rules.predicate
def is_in_circle(_member: Any, check: Check) -> bool:
    return check.circle_id is not None


@rules.predicate
def was_never_sent(_member: Any, check: Check) -> bool:
    return not check.versions.exists()


@rules.predicate
def is_decided(_member: Any, check: Check) -> bool:
    return check.state in {Check.State.APPROVED, Check.State.CONDITIONS, Check.State.REFUSED}


works_on_it = reads_check & (began_it | has_role(Role.WRITER, Role.OWNER))

permit("assessments.view_check", reads_check, otherwise=_("This check is not open to you."))
permit(
    "assessments.begin",
    is_in_good_standing & in_circle & is_live,
    otherwise=_("You can begin a check for yourself, or in a circle of yours that is open."),
)
permit(
    "assessments.answer",
    is_in_good_standing & works_on_it & is_open,
    otherwise=_("Only who works on this check answers its questions."),
)
permit(
    "assessments.withdraw",
    is_in_good_standing & began_it & is_open & was_never_sent,
    otherwise=_("Only who began this check deletes it, and only before it is sent to reviewers."),
)
# The table of doors keeps what is RED or AMBER+STRICT on its page. Its author's own words are
# theirs to take along.
permit(
    "assessments.take",
    is_in_good_standing & began_it,
    otherwise=_("Only who began this check takes a copy of it along."),
)
permit(
    "assessments.tell",
    is_in_good_standing & (began_it | has_role(Role.OWNER)) & reads_check & is_decided,
    otherwise=_("Author and owner tell others of a check, once it is decided."),
)


# Its people


@rules.predicate
def is_asked(member: Any, part: Part) -> bool:
    return part.member_id == member.pk and bool(reads_check(member, part.check_of))


leads_it = reads_check & (began_it | has_role(Role.OWNER))

permit(
    "assessments.untell",
    is_in_good_standing & leads_it,
    otherwise=_("Only its author and its owner take back what others are told of a check."),
)
permit(
    "assessments.place",
    is_in_good_standing & began_it & is_open,
    otherwise=_("Only who began this check puts it into a circle, while it is being answered."),
)
permit(
    "assessments.ask",
    is_in_good_standing & leads_it,
    otherwise=_("Only who began this check and its owner say who takes part."),
)
permit(
    "assessments.answer_request",
    is_in_good_standing & is_asked,
    otherwise=_("Only who is asked answers this, as long as they read the check."),
)
permit(
    "assessments.submit",
    is_in_good_standing & works_on_it & is_open,
    otherwise=_("Only who works on this check sends it to reviewers."),
)
permit(
    "assessments.take_back",
    is_in_good_standing & began_it,
    otherwise=_("Only who began this check takes it back."),
)
permit(
    "assessments.send_back",
    is_in_good_standing & reads_check & has_role(*ADVISERS, Role.APPROVER),
    otherwise=_("Only its reviewers and approvers send this check back."),
)
permit(
    "assessments.advise",
    is_in_good_standing & reads_check & has_role(*ADVISERS),
    otherwise=_("Only who said yes to reviewing this check says what they think of it."),
)


# Deciding


def line_of(check: Check) -> list[Check]:
    """The check, and those it takes the place of."""
    found = [check]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


@rules.predicate
def has_written(member: Any, check: Check) -> bool:
    """Whether they had a hand in it, or in a check it takes the place of: now, or once."""
    line = line_of(check)
    if any(each.author_id == member.pk for each in line):
        return True
    # Who said yes to writing or owning it gave answers, proofs, or the lead.
    yes = Event.objects.filter(check_of__in=line, actor=member.pk, action="accepted")
    answers = Answer.objects.filter(check_of__in=line, by=member.pk)
    return answers.exists() or yes.filter(facts__role__in=HANDS).exists()


@rules.predicate
def has_advised_as_officer(member: Any, check: Check) -> bool:
    """On it, or on a check it takes the place of."""
    said = Opinion.objects.filter(by=member.pk, role=Role.OFFICER)
    return said.filter(version__check_of__in=line_of(check)).exists()


@rules.predicate
def has_a_hand(member: Any, check: Check) -> bool:
    """Who is asked to write, leads it, or advises on data protection does not decide about it."""
    standing = check.parts.standing().filter(member=member.pk)  # type: ignore[attr-defined]
    return bool(
        check.owner_id == member.pk or standing.filter(role__in=(*HANDS, Role.OFFICER)).exists()
    )


is_apart = ~has_a_hand & ~has_written & ~has_advised_as_officer
decides = reads_check & has_role(Role.APPROVER) & is_apart
takes_part = reads_check & (began_it | has_role(*Role.values))

for _verb in ("decide", "lift", "revoke", "confirm"):
    permit(
        f"assessments.{_verb}",
        is_in_good_standing & decides,
        otherwise=_(
            "Only an approver decides: somebody who said yes to that, did not write the check,"
            " does not own it, and does not advise on data protection."
        ),
    )
permit(
    "assessments.suspend",
    is_in_good_standing & (decides | leads_it),
    otherwise=_("Only its approver, its owner and its author suspend this check."),
)
permit(
    "assessments.trigger",
    is_in_good_standing & takes_part,
    otherwise=_("Only who takes part in this check says that something changed."),
)
permit(
    "assessments.revise",
    is_in_good_standing & works_on_it,
    otherwise=_("Only who works on this check begins it anew."),
)
permit(
    "assessments.command",
    is_in_good_standing & (reads_check & began_it | decides),
    otherwise=_("Only its author and its approver begin before a check is finished."),
)


@rules.predicate
def has_to_do_it(member: Any, condition: Condition) -> bool:
    return condition.owner_id == member.pk


@rules.predicate
def reads_its_check(visitor: Any, condition: Condition) -> bool:
    return bool(reads_check(visitor, condition.check_of))


@rules.predicate
def works_on_its_check(member: Any, condition: Condition) -> bool:
    return bool(works_on_it(member, condition.check_of))


permit(
    "assessments.view_condition",
    reads_its_check,
    otherwise=_("This condition is not open to you."),
)
permit(
    "assessments.do_conditions",
    is_in_good_standing & works_on_it,
    otherwise=_("Only who works on this check says of any condition that it is done."),
)
permit(
    "assessments.do_condition",
    is_in_good_standing & reads_its_check & (has_to_do_it | works_on_its_check),
    otherwise=_("Only who has to do it, and who works on the check, says that it is done."),
)


# Proofs and levels of risk

#: They accept proofs, and say how high a risk is.
REVIEWERS = (*ADVISERS, Role.APPROVER)
#: Evidence lapses, and is given anew, as long as somebody acts or may act on the check.
TAKES_PROOFS = Check.OPEN | Check.IN_FORCE | {Check.State.SUBMITTED, Check.State.SUSPENDED}
#: Reviewers set risks before the decision, not after it.
IS_WEIGHED = Check.OPEN | {Check.State.SUBMITTED}


@rules.predicate
def takes_proofs(_member: Any, check: Check) -> bool:
    return check.state in TAKES_PROOFS


@rules.predicate
def is_weighed(_member: Any, check: Check) -> bool:
    return check.state in IS_WEIGHED


# Nobody reviews what they work on, whatever else they are called.
reviews_it = reads_check & has_role(*REVIEWERS) & ~works_on_it

permit(
    "assessments.prove",
    is_in_good_standing & works_on_it & takes_proofs,
    otherwise=_("Only who works on this check gives proofs, as long as it is not closed."),
)
permit(
    "assessments.judge_proof",
    is_in_good_standing & reviews_it & takes_proofs,
    otherwise=_("Only its reviewers and approvers accept proofs of this check."),
)
permit(
    "assessments.gauge",
    is_in_good_standing & reviews_it & is_weighed,
    otherwise=_("Only its reviewers and approvers set a risk, before this check is decided."),
)


# The rules in force

permit(
    "assessments.recheck",
    rules.always_false,
    otherwise=_("The house itself asks checks again when the rules change."),
)


# Documents and the record

permit(
    "assessments.view_record",
    reads_check,
    otherwise=_("Only the people of this check read its record."),
)
permit(
    "assessments.export_internal",
    is_in_good_standing & reads_check,
    otherwise=_("Only the people of this check take documents of it along."),
)
permit(
    "assessments.export_partner",
    is_in_good_standing & reads_check & (began_it | has_role(Role.OWNER, Role.APPROVER)),
    otherwise=_("Only its author, its owner and its approver give a copy to partners."),
)
permit(
    "assessments.export_public",
    is_in_good_standing & reads_check & (began_it | has_role(Role.OWNER)),
    otherwise=_("Only its author and its owner make a summary for everybody."),
)
permit(
    "assessments.seal",
    rules.always_false,
    otherwise=_("The house seals records by itself."),
)
