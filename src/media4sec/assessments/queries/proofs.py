"""How far what a check calls for is shown, and who said how high its risks are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.evaluation import Levels
from media4sec.assessments.models import Check, Condition, Gauge, Part, Proof, Role
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.called import Thing, called_for, is_called_for
from media4sec.assessments.queries.findings import LEVELS, title_of
from media4sec.assessments.queries.table import counting
from media4sec.members.models import Member

GROUPS = {
    Proof.Of.SAFEGUARD: gettext_lazy("Safeguards"),
    Proof.Of.AUTHORISATION: gettext_lazy("Authorisations"),
    Proof.Of.DOCUMENT: gettext_lazy("Documents"),
}
#: Who judges, as a sentence names them.
_JUDGES = {
    Role.OFFICER: gettext_lazy("the data-protection officer"),
    Role.LEGAL: gettext_lazy("a legal reviewer"),
    Role.ETHICS: gettext_lazy("an ethics reviewer"),
    Role.COMMUNITY: gettext_lazy("a community reviewer"),
    Role.APPROVER: gettext_lazy("the approver"),
}
#: State → how it is said, and how its status looks.
_SAID = {
    "missing": (gettext_lazy("Missing"), ""),
    "given": (gettext_lazy("Waits for a reviewer"), "wait"),
    "later": (gettext_lazy("Begins later"), "wait"),
    "accepted": (gettext_lazy("Accepted"), "ok"),
    "lapsed": (gettext_lazy("Lapsed"), "stop"),
    "declined": (gettext_lazy("Not accepted"), "stop"),
}


@dataclass(frozen=True)
class Called:
    """Something a check calls for, and how far it is shown."""

    of: str
    key: str
    title: str
    url: str
    state: str = "missing"
    judged: str = ""  # of one that is accepted: by whom and when, on the line that says so
    detail: str = ""
    given_by: str = ""
    has_newer: bool = False  # one that waits beside the one that counts
    owner: str = ""  # of the condition that names it
    due: date | None = None

    @property
    def said(self) -> str:
        return str(_SAID[self.state][0])

    @property
    def tone(self) -> str:
        return _SAID[self.state][1]

    @property
    def is_accepted(self) -> bool:
        return self.state == "accepted"


@dataclass(frozen=True)
class Gauged:
    """What a reviewer said of a risk."""

    gauge: Gauge
    said: str

    @property
    def levels(self) -> str:
        return in_levels(self.gauge.levels)


@dataclass(frozen=True)
class OnTable:
    """What a page shows beside findings."""

    called: Mapping[Thing, Called] = field(default_factory=dict)
    gauges: Mapping[str, list[Gauged]] = field(default_factory=dict)
    given: Mapping[Thing, int] = field(default_factory=dict)  # how many, beyond those taken back

    def of(self, kind: str, key: str) -> Called | None:
        return self.called.get((kind, key))

    @property
    def accepted_count(self) -> int:
        return sum(each.is_accepted for each in self.called.values())

    @property
    def waiting_count(self) -> int:
        return sum(each.state == "given" or each.has_newer for each in self.called.values())


def on_table(standing: Standing) -> OnTable:
    """In four queries, however much was given."""
    check, judges = standing.check, judges_of(standing.check)
    proofs: dict[Thing, list[Proof]] = defaultdict(list)
    for proof in check.proofs.select_related("given_by").order_by("id"):
        proofs[proof.of, proof.key].append(proof)
    due = _conditions(check)
    called = {
        thing: _called(standing, thing, proofs[thing], judges, due)
        for thing in called_for(standing)
    }
    gauges: dict[str, list[Gauged]] = defaultdict(list)
    for gauge in check.gauges.order_by("id"):
        gauges[gauge.risk].append(_gauged(gauge, judges))
    given = {
        thing: count
        for thing, several in proofs.items()
        if (count := sum(each.state != Proof.State.TAKEN_BACK for each in several))
    }
    return OnTable(called, dict(gauges), given)


def judges_of(check: Check) -> dict[int, str]:
    """Member → what they review as, also of those who do no more."""
    parts = Part.objects.filter(check_of=check, role__in=[*_JUDGES]).order_by("-id")
    return {each.member_id: str(_JUDGES[Role(each.role)]) for each in parts}


def proof_url(check: Check, of: str, key: str) -> str:
    return reverse("assessments:proof", args=[check.pk, of, key])


def _conditions(check: Check) -> dict[str, Condition]:
    """What is missing → the open condition that says by whom and until when."""
    found = check.conditions.filter(done_at=None).exclude(key="").select_related("owner")
    return {each.key: each for each in found}


def _called(
    standing: Standing,
    thing: Thing,
    proofs: list[Proof],
    judges: Mapping[int, str],
    due: Mapping[str, Condition],
) -> Called:
    (of, key), check = thing, standing.check
    title = title_of(standing.book.whole, key)
    state, proof = _state(proofs, standing.day)
    condition = due.get(key)
    return Called(
        of=of,
        key=key,
        title=title,
        url=proof_url(check, of, key),
        state=state,
        **_told(state, proof, judges),
        has_newer=state == "accepted" and any(each.state == Proof.State.GIVEN for each in proofs),
        owner=condition.owner.shown_name if condition else "",
        due=condition.due if condition else None,
    )


def _state(proofs: list[Proof], day: date) -> tuple[str, Proof | None]:
    """How it stands, and the proof that says so."""
    by_state: dict[str, Proof] = {each.state: each for each in proofs}
    counts = counting(proofs, day)
    if counts and not counts[0].has_lapsed(day):
        return "accepted", counts[0]
    if given := by_state.get(Proof.State.GIVEN):
        return "given", given
    if later := by_state.get(Proof.State.ACCEPTED):
        return ("lapsed" if later.has_lapsed(day) else "later"), later
    if declined := by_state.get(Proof.State.DECLINED):
        return "declined", declined
    return "missing", None


def _told(state: str, proof: Proof | None, judges: Mapping[int, str]) -> dict[str, str]:
    """What stands beside the state: little, once all is well."""
    if proof is None:
        return {}
    if state == "accepted" and proof.judged_at:
        day = date_format(localdate(proof.judged_at), "j M Y")
        said = {"who": _judge(proof, judges), "day": day}
        return {"judged": _("by %(who)s, %(day)s") % said, "detail": _holding(proof)}
    return {"detail": detail_of(proof, judges), "given_by": proof.given_by.shown_name}


def _judge(proof: Proof, judges: Mapping[int, str]) -> str:
    return judges.get(proof.judged_by_id or 0, _("a reviewer"))


def detail_of(proof: Proof, judges: Mapping[int, str]) -> str:
    """Who judged it and when, and how long it holds."""
    return " ".join(each for each in (_judged(proof, judges), _holding(proof)) if each)


def _judged(proof: Proof, judges: Mapping[int, str]) -> str:
    if not proof.judged_at:
        return ""
    said = {
        "who": _judge(proof, judges),
        "day": _day(localdate(proof.judged_at)),
    }
    if proof.state == Proof.State.ACCEPTED:
        return _("Accepted by %(who)s on %(day)s.") % said
    return _("Not accepted by %(who)s on %(day)s.") % said


def _holding(proof: Proof) -> str:
    said = {
        "first": _day(proof.valid_from) if proof.valid_from else "",
        "last": _day(proof.valid_until) if proof.valid_until else "",
    }
    if proof.valid_from and proof.valid_until:
        return _("Holds from %(first)s to %(last)s.") % said
    if proof.valid_from:
        return _("Holds from %(first)s.") % said
    return _("Holds until %(last)s.") % said if proof.valid_until else ""


def _day(day: date) -> str:
    return date_format(day, "j F Y")


# Levels of risks


def in_levels(levels: Levels) -> str:
    return _("Severity: %(severity)s. Likelihood: %(likelihood)s.") % {
        "severity": LEVELS[levels[0] - 1],
        "likelihood": LEVELS[levels[1] - 1],
    }


def gauges_of(check: Check, risk: str) -> list[Gauged]:
    """Everything that was set or proposed for a risk, the oldest first."""
    judges = judges_of(check)
    return [_gauged(each, judges) for each in check.gauges.filter(risk=risk).order_by("id")]


def _gauged(gauge: Gauge, judges: Mapping[int, str]) -> Gauged:
    said = {
        "who": judges.get(gauge.by_id, _("a reviewer")),
        "day": _day(localdate(gauge.at)),
    }
    if gauge.waits:
        words = _("Proposed by %(who)s on %(day)s. Waits for a second reviewer.")
    elif not gauge.counts:
        words = _("Proposed by %(who)s on %(day)s. Not agreed to, or replaced.")
    elif gauge.lowers:
        said["second"] = judges.get(gauge.second_id or 0, _("a reviewer"))
        words = _("Set by %(who)s on %(day)s, with the agreement of %(second)s.")
    else:
        words = _("Set by %(who)s on %(day)s.")
    return Gauged(gauge, words % said)


# The list


@dataclass(frozen=True)
class ProofsPage:
    table: OnTable
    groups: list[tuple[str, list[Called]]]
    answers: list[tuple[str, str, int]]  # questions with evidence: words, address, how many
    old: list[tuple[str, str]]  # given for what is not called for any more


def proofs_page(standing: Standing) -> ProofsPage:
    table = on_table(standing)
    groups = [
        (str(title), rows)
        for kind, title in GROUPS.items()
        if (rows := [each for each in table.called.values() if each.of == kind])
    ]
    answers, old = [], []
    for (of, key), count in table.given.items():
        url = proof_url(standing.check, of, key)
        if of == Proof.Of.ANSWER:
            answers.append((title_for(standing, of, key), url, count))
        elif (of, key) not in table.called:
            old.append((title_for(standing, of, key), url))
    return ProofsPage(table, groups, answers, old)


def title_for(standing: Standing, of: str, key: str) -> str:
    """Of what a proof is given for; its key, where the rules know it no more."""
    if of == Proof.Of.ANSWER:
        question = standing.questions.get(key)
        return question.text if question else key
    return title_of(standing.book.whole, key)


# One thing


@dataclass(frozen=True)
class Shown:
    """A proof as its page tells of it."""

    proof: Proof
    detail: str
    said: str
    tone: str
    is_mine: bool


@dataclass(frozen=True)
class ProofPage:
    of: str
    key: str
    title: str
    kind: str
    url: str
    by: str  # who gives an authorisation like this
    law: str  # which statute, where a country's layer names one
    is_called_for: bool
    shown: list[Shown]  # the newest first


_TONES = {Proof.State.GIVEN: "wait", Proof.State.ACCEPTED: "ok", Proof.State.DECLINED: "stop"}


def proof_page(standing: Standing, of: str, key: str, visitor: Member) -> ProofPage | None:
    """Everything given for it; None where there is nothing, and nothing is called for."""
    proofs = standing.check.proofs.filter(of=of, key=key).select_related("given_by")
    found = list(proofs.order_by("-id"))
    wanted = is_called_for(standing, of, key)
    if not found and not wanted:
        return None
    rule = standing.book.whole.authorisations.get(key) if of == Proof.Of.AUTHORISATION else None
    judges = judges_of(standing.check)
    return ProofPage(
        of=of,
        key=key,
        title=title_for(standing, of, key),
        kind=str(Proof.Of(of).label),
        url=proof_url(standing.check, of, key),
        by=rule.by if rule else "",
        law=(rule.statute or "") if rule else "",
        is_called_for=wanted,
        shown=[_shown(each, standing.day, judges, visitor) for each in found],
    )


def _shown(proof: Proof, day: date, judges: Mapping[int, str], visitor: Member) -> Shown:
    said, tone = str(Proof.State(proof.state).label), _TONES.get(Proof.State(proof.state), "")
    if proof.state == Proof.State.ACCEPTED and proof.has_lapsed(day):
        said, tone = str(_SAID["lapsed"][0]), "stop"
    if not proof.is_judged and proof.state == Proof.State.GIVEN:
        said, tone = _("For reviewers to read"), ""
    return Shown(proof, detail_of(proof, judges), said, tone, proof.given_by_id == visitor.pk)


def proof_at(visitor: Any, check: Check, pk: int) -> Proof | None:
    """A proof of this check, for who may read it."""
    if pk >= 2**63:
        return None
    found = Proof.objects.visible_to(visitor).filter(check_of=check, pk=pk)
    return found.select_related("check_of").first()


def evidence_of(check: Check, question: str) -> list[Proof]:
    """What stands beside an answer."""
    found = check.proofs.filter(of=Proof.Of.ANSWER, key=question)
    return list(found.exclude(state=Proof.State.TAKEN_BACK).order_by("id"))
