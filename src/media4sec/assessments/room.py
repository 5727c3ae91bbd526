"""What the room of checks announces."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.assessments import demo, tasks
from media4sec.assessments import rules as rules  # an open room has its rules
from media4sec.assessments.models import Check, Condition, Part, Proof, Release, Summary
from media4sec.assessments.packs.shelf import in_force
from media4sec.assessments.queries import (
    checks,
    conditions,
    examples,
    guide,
    library,
    people,
    proof_entries,
    releases,
    summaries,
)
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room


def open() -> None:
    open_room(
        Room(
            name="assessments",
            title=_("Ethics checks"),
            kinds=KINDS,
            menu=(MenuItem(title=_("Ethics checks"), icon="scale", url="assessments:index"),),
            slots={"check": begin, "export": export},
            furnish=demo.furnish,
            hourly=(tasks.keep_house, tasks.keep_decisions),
            minutely=(tasks.follow_urgent, tasks.follow_rules),
            troubles=troubles,
            pages=pages,
        )
    )


CHECK = Kind(
    model=Check,
    title=_("Ethics check"),
    plural=_("Ethics checks"),
    icon="scale",
    entry=checks.check_entry,
    fetch=checks.fetch_checks,
    searchable=False,
    writers=people.people_of,
    #: On pages and in letters these are hints: a check stays on its page.
    tells_author={
        "accepted": _("Somebody takes part in a check of yours"),
        "declined": _("Somebody does not take part in a check of yours"),
        "sent": _("A check of yours is in review"),
        "taken_back": _("A check of yours was taken back, to change it"),
        "returned": _("A check of yours was sent back"),
        "advised": _("An opinion on a check of yours is signed"),
        "decided": _("A check of yours is decided"),
        "suspended": _("A check of yours is suspended: nobody acts on it now"),
        "revoked": _("The approval of a check of yours is taken back"),
        "confirmed": _("The approval of a check of yours is confirmed"),
        "commanded": _("A plan of yours began before its check: finish it within 24 hours"),
        "not_finished": _("A check of yours was not sent within 24 hours: it is suspended"),
        "crossed": _("A check of yours crosses a red line: it is suspended"),
        "reported": _("Somebody says that something changed in a check of yours"),
        "stale": _("A check of yours has to be confirmed"),
        "rules_changed": _("The rules changed while a check of yours waits: send it anew"),
        "ends_soon": _("The approval of a check of yours ends in two weeks or less"),
        "expired": _("The approval of a check of yours is over"),
        "condition_overdue": _("A condition of a check of yours is a month overdue"),
        "all_fulfilled": _("All conditions of a check of yours are fulfilled"),
    },
)

#: Nobody hears more of it than that there is something new in their circle.
PART = Kind(
    model=Part,
    title=_("Part in a check"),
    plural=_("Parts in checks"),
    icon="user-plus",
    entry=people.part_entry,
    fetch=people.fetch_parts,
    searchable=False,
    writers=people.writers_of_part,
    tells_author={
        "asked": _("You are asked to take part in a check"),
        "removed": _("You do not take part in a check any more"),
    },
)

#: What everybody may read of checks that were decided.
SUMMARY = Kind(
    model=Summary,
    title=_("Summary of a check"),
    plural=_("Summaries of checks"),
    icon="scale",
    entry=summaries.summary_entry,
    fetch=summaries.fetch_summaries,
    begins=frozenset({"published"}),
    syndicated=True,
)
#: Who has to do it hears of its day; nobody reads of what it is in a letter.
CONDITION = Kind(
    model=Condition,
    title=_("Condition of a check"),
    plural=_("Conditions of checks"),
    icon="calendar",
    entry=conditions.condition_entry,
    fetch=conditions.fetch_conditions,
    searchable=False,
    writers=conditions.writers_of_condition,
    tells_author={
        "due": _("What you have to do for a check is due within a week"),
        "overdue": _("What you have to do for a check is overdue"),
        "long_overdue": _("What you have to do for a check is a month overdue"),
        "fulfilled": _("What you had to do for a check is done"),
    },
)
#: What shows that something is there: its check's people hear what became of theirs.
PROOF = Kind(
    model=Proof,
    title=_("Proof"),
    plural=_("Proofs"),
    icon="paperclip",
    entry=proof_entries.proof_entry,
    fetch=proof_entries.fetch_proofs,
    searchable=False,
    writers=proof_entries.writers_of_proof,
    tells_author={
        "accepted": _("A proof you gave is accepted"),
        "declined": _("A proof you gave is not accepted"),
    },
    whole=lambda proof: Ref.to(proof.check_of),
)

#: Which rules are in force, and what changed in them.
RELEASE = Kind(
    model=Release,
    title=_("Rules of the checks"),
    plural=_("Rules of the checks"),
    icon="gavel",
    entry=releases.release_entry,
    fetch=releases.fetch_releases,
    begins=frozenset({"released"}),
    syndicated=True,
)
KINDS = (CHECK, PART, CONDITION, SUMMARY, PROOF, RELEASE)


def pages() -> list[str]:
    """The guide, the worked examples and the legal library."""
    told = reverse("assessments:summaries")
    return [*guide.addresses(), *examples.addresses(), *library.addresses(), told]


def troubles() -> Iterable[str]:
    """What is wrong with published packs."""
    return in_force().faults


def begin(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """Beside a practice: whether one may do it."""
    ref = Ref.to(thing)
    told = summaries.summaries_about(request.user, ref)
    return render_to_string("assessments/_panel_check.html", {"ref": ref, "told": told}, request)


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's checks and answers, for the file they take along."""
    own = {
        "checks": checks.own_checks(member),
        "opinions": people.own_opinions(member),
        "proofs": proof_entries.own_proofs(member),
        "summaries": summaries.own_summaries(member),
    }
    return json.dumps(own, ensure_ascii=False, indent=1)
