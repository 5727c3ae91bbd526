"""What an approver decides about: what stands against a yes, what was never said, until when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from media4sec.assessments.evaluation import Block, Line, Needed, Outcome
from media4sec.assessments.models import (
    Check,
    Decision,
    Opinion,
    Part,
    Proof,
    Stale,
    Version,
)
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import Expiry, Kind, Question
from media4sec.assessments.packs.shelf import stamps
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.findings import Words
from media4sec.assessments.queries.table import counting
from media4sec.assessments.verifying import sha256
from media4sec.kit.clock import now
from media4sec.members.models import Member

_S = Check.State
#: An approver has said yes, and it holds.
DECIDED = frozenset({_S.APPROVED, _S.CONDITIONS})
#: What people report; that the rules changed the house sees by itself.
REPORTED = (Stale.CHANGED, Stale.INCIDENT, Stale.RULING, Stale.LAPSED, Stale.ASSEMBLY)
#: With these somebody may act on a plan.
YES = frozenset({Decision.Kind.APPROVE, Decision.Kind.CONDITIONS, Decision.Kind.CONFIRM})
#: What who approves attests, word for word. All of it, or there is no approval.
ATTESTATIONS = (
    gettext_lazy("I read the whole version: the plan, every answer, every opinion."),
    gettext_lazy("I did not write any of it, and I do not advise on data protection here."),
    gettext_lazy("Nobody put me under pressure, and I gain nothing from this decision."),
    gettext_lazy(
        "I know that the plan may be carried out as it is described here, and no further."
    ),
)
#: How many questions are answered before somebody acts on a plan that is not checked yet.
QUESTIONS_FOR_A_LIFE = 3


def newest_version(check: Check) -> Version | None:
    return check.versions.order_by("-number").first()


def last_yes(check: Check) -> Decision | None:
    """The decision that holds, or held: the newest by which one might act."""
    found = Decision.objects.filter(version__check_of=check, kind__in=YES)
    return found.order_by("-id").select_related("by", "version").first()


# What stands against a yes


def against_version(version: Version, standing: Standing) -> list[str]:
    """Why nobody can say yes to this version any more, whatever is on the table."""
    found = too_early(version)
    if [*stamps(standing.check.country)] != version.packs:
        found.append(_("The rules changed since it was sent. Send it back, to be sent anew."))
    if version.content["answers"] != answers_of(standing):
        found.append(_("Answers changed since it was sent. Send it back, to be sent anew."))
    return found


def table_hash(standing: Standing) -> str:
    """A hash of what follows, with proofs, opinions and levels as they are now."""
    return sha256(standing.result.as_data())


def too_early(version: Version) -> list[str]:
    if now() >= version.sent_at:
        return []
    return [_("The clock of this house stands before the day the check was sent. Have it set.")]


def against(standing: Standing) -> list[str]:
    """Why nobody can say yes to the plan as it stands: all of it, so that all can be mended."""
    result, words = standing.result, Words(standing)
    found = []
    for line in result.red_lines:
        said = {"line": words.title(line.key)}
        if line.kind == Kind.ABSOLUTE:
            found.append(_("A red line is crossed: %(line)s. Nobody can approve that.") % said)
        elif line.missing:
            said["missing"] = "; ".join(words.title(key) for key in line.missing)
            found.append(_("A red line is crossed: %(line)s. Missing: %(missing)s.") % said)
    found += [_stopped(words, block) for block in result.blocks]
    found += [*_open_questions(standing)]
    if result.outcome == Outcome.CONSULT and not is_consulted(standing):
        found.append(
            _(
                "A high risk is left. The supervisory authority has to be consulted first, and what"
                " shows that has to be accepted."
            )
        )
    return found


def _stopped(words: Words, block: Block) -> str:
    why = "; ".join(sorted({each.text.rstrip(".") for each in words.why(block.causes)}))
    if not block.unless:
        return _("Stopped: %(why)s.") % {"why": why}
    said = {"why": why, "missing": words.title(block.unless)}
    return _("Stopped: %(why)s. Missing: %(missing)s.") % said


def _open_questions(standing: Standing) -> list[str]:
    found = []
    if left := len(standing.result.unanswered):
        said = ngettext("%(n)d question is open.", "%(n)d questions are open.", left)
        found.append(said % {"n": left})
    if left := len(standing.result.not_known):
        said = ngettext(
            "To %(n)d question the answer is “I don’t know”.",
            "To %(n)d questions the answer is “I don’t know”.",
            left,
        )
        found.append(said % {"n": left})
    return found


def without_opinions(standing: Standing) -> list[str]:
    """Whose opinion the rules call for, and nobody gave."""
    words = Words(standing)
    left = [words.title(each.key) for each in standing.result.opinions if not each.is_there]
    return [_("Missing: %(what)s.") % {"what": each} for each in left]


def not_taken(version: Version) -> list[str]:
    """Opinions that say no, or yes if: somebody has to say how they are taken."""
    left = version.opinions.exclude(advice=Opinion.Advice.AGREES).filter(taken="").count()
    if not left:
        return []
    said = ngettext(
        "Accept or overrule the opinion that does not simply agree.",
        "Accept or overrule the %(n)d opinions that do not simply agree.",
        left,
    )
    return [said % {"n": left}]


def consultation_of(book: Rulebook) -> frozenset[str]:
    """What the rules call for where a high risk is left: prior consultation of the authority."""
    return frozenset(
        key
        for rule in book.whole.rules
        if any(leaf.residual for leaf in rule.when.leaves())
        for effect in rule.effects
        for key in effect.authorisations
    )


def is_consulted(standing: Standing) -> bool:
    wanted = consultation_of(standing.book)
    return bool(wanted) and wanted <= standing.table.evidence.authorisations


def missing(standing: Standing) -> list[Needed]:
    """What the plan calls for and nobody showed yet: it can be a condition."""
    result = standing.result
    several = (result.safeguards, result.authorisations, result.documents)
    return [each for needed in several for each in needed if not each.is_there]


def answers_of(standing: Standing) -> dict[str, Any]:
    """As a version keeps them."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in standing.given.items()
    }


def people_of(check: Check) -> list[Member]:
    """Who takes part: somebody of them has to do what is a condition."""
    taken = check.parts.filter(state=Part.State.TAKEN).values("member")
    people = Q(pk__in=taken) | Q(pk=check.author_id) | Q(pk=check.owner_id)
    return list(Member.objects.reading().filter(people).order_by("pk"))


# Until when


def last_day(standing: Standing) -> date:
    """As long as a decision of today holds, by the kind of what is planned."""
    days = standing.book.whole.expiry
    found = days.get(standing.activity.expiry) or days.get(Expiry.OTHER, 0)
    return standing.day + timedelta(days=found)


# What was on the table


def evidence_of(check: Check, version: Version, day: date) -> dict[str, list[tuple[str, Any]]]:
    """Accepted proofs by what they are of, and opinions, each with what is hashed of it."""
    found: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for proof in counting(Proof.objects.filter(check_of=check), day):
        if not proof.has_lapsed(day):
            found[f"{proof.of}:{proof.key}"].append((proof.words, proof.files))
    for opinion in version.opinions.all():
        said = (opinion.statement, [opinion.taken, opinion.taken_why])
        found[f"opinion:{opinion.role}"].append(said)
    return found


# In danger to life


def questions_for_a_life(standing: Standing) -> list[Question]:
    """The three short questions that decide whether one may act first: how grave it is, and those
    on whose answers the most absolute red lines hang."""
    whole = standing.book.whole
    never = {key for key, line in whole.red_lines.items() if line.kind == Kind.ABSOLUTE}
    weight: dict[str, int] = defaultdict(int)
    for question in standing.book.whole.questions:
        for _place, effect in question.placed_effects():
            weight[question.id] += len(never & {*effect.red_lines})
    for rule in whole.rules:
        asked = {leaf.question for leaf in rule.when.leaves() if leaf.question}
        for effect in rule.effects:
            worth = 1_000 if effect.urgent else len(never & {*effect.red_lines})
            for key in asked:
                weight[key] += worth
    screen = [each for each in standing.asked if each.id in whole.screen]
    first = sorted(screen, key=lambda each: -weight[each.id])[:QUESTIONS_FOR_A_LIFE]
    return [each for each in screen if each in first]


def against_acting_first(standing: Standing) -> list[str]:
    """Why nobody may begin before the check is finished."""
    words = Words(standing)
    found = [
        _("Danger to life lifts no red line. Crossed, or not ruled out: %(line)s.")
        % {"line": words.title(line.key)}
        for line in never_allowed(standing)
    ]
    open_ones = {*standing.result.unanswered, *standing.result.not_known}
    left = [each for each in questions_for_a_life(standing) if each.id in open_ones]
    found += [_("Answer first: %(question)s") % {"question": each.text} for each in left]
    if not found and not standing.result.may_act_first:
        found.append(_("The answers do not say that a life is in danger."))
    return found


def never_allowed(standing: Standing) -> list[Line]:
    """Absolute red lines that are crossed, or cannot be ruled out."""
    return [line for line in standing.result.red_lines if line.kind == Kind.ABSOLUTE]
