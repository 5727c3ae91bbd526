"""Who may, in the room of checks."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models import ADVISERS, Check, Part, Role
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
