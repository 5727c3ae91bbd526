"""The people of checks: who has which part, who must agree, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from media4sec.assessments.models import ADVISERS, Answer, Check, Decision, Opinion, Part, Role
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.findings import Why, Words
from media4sec.assessments.queries.table import OPINIONS
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names

MOST_CANDIDATES = 500
#: So long somebody counts as working on it.
AT_WORK = timedelta(minutes=15)
_DAY = "j M"

# Who takes part


@dataclass(frozen=True)
class Person:
    """Somebody in a check, with one of their parts."""

    who: Byline
    role: str
    state: str
    tone: str
    part: Part | None = None

    @property
    def is_over(self) -> bool:
        return self.part is not None and not self.part.is_standing


def people_page(visitor: Any, check: Check) -> list[Person]:
    """Its author first, then every part from the day it was asked; in three queries."""
    parts = list(check.parts.select_related("member"))
    inside = _inside(check, parts)
    names = Names(visitor, [check.author, *(each.member for each in parts)])
    author = Person(names.named(check.author), _("Began it"), _("Author"), "")
    if check.owner_id == check.author_id:
        author = Person(names.named(check.author), _("Began it, owns it"), _("Author"), "")
    return [author, *(_person(names, each, each.member_id in inside) for each in parts)]


def _person(names: Names, part: Part, is_inside: bool) -> Person:
    tones = {Part.State.TAKEN: "ok", Part.State.ASKED: "wait"}
    state, tone = str(Part.State(part.state).label), tones.get(Part.State(part.state), "")
    if part.is_standing and not is_inside:
        state, tone = _("Has left the circle"), "stop"
    return Person(names.named(part.member), str(Role(part.role).label), state, tone, part)


def _inside(check: Check, parts: Iterable[Part]) -> set[int]:
    """Those of them who read the check today: who left its circle or is suspended does not."""
    asked = {each.member_id for each in parts}
    people = Member.objects.reading().filter(memberships__circle=check.circle_id, pk__in=asked)
    return {*people.values_list("pk", flat=True)}


def candidates(check: Check, visitor: Any) -> list[Member]:
    """Whom one may ask: people of its circle who read, oneself left out."""
    inside = Member.objects.reading().filter(memberships__circle=check.circle_id)
    return list(inside.exclude(pk=visitor.pk).order_by("name", "pk")[:MOST_CANDIDATES])


def part_at(visitor: Any, pk: int) -> Part | None:
    if pk >= 2**63:
        return None
    found = Part.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related(
        "check_of__circle", "check_of__author", "member", "asked_by"
    ).first()


def byline(visitor: Any, member: Member) -> Byline:
    return Names(visitor, [member]).named(member)


# Who must agree


def authorisations(standing: Standing) -> list[tuple[str, str, bool]]:
    """What has to be authorised, by whom, and whether that is shown."""
    whole = standing.book.whole.authorisations
    return [
        (whole[each.key].title, whole[each.key].by, each.is_there)
        for each in standing.result.authorisations
    ]


@dataclass(frozen=True)
class Agreeing:
    """One who has to agree, or is asked to, and how far that is."""

    role: str
    key: str
    who: Byline | None
    said: str
    icon: str
    tone: str
    whys: list[Why] = field(default_factory=list)  # where the rules ask for it


@dataclass(frozen=True)
class Note:
    """What a reviewer said of the version in review."""

    role: str
    who: Byline
    advice: str
    words: str
    tone: str


@dataclass(frozen=True)
class Agreement:
    rows: list[Agreeing]
    notes: list[Note]

    @property
    def lacking(self) -> list[Agreeing]:
        """Those who are needed, and nobody is asked."""
        return [each for each in self.rows if each.who is None]


_TONES = {
    Opinion.Advice.AGREES: ("circle-check", "ok"),
    Opinion.Advice.AGREES_IF: ("circle-check", "wait"),
    Opinion.Advice.AGAINST: ("octagon-alert", "stop"),
}
_DECIDED = {
    Decision.Kind.APPROVE: ("circle-check", "ok"),
    Decision.Kind.CONDITIONS: ("circle-check", "wait"),
    Decision.Kind.REFUSE: ("octagon-alert", "stop"),
}


def agreement(visitor: Any, standing: Standing) -> Agreement:
    """Every reviewer and approver, and every opinion that the rules ask for; in five queries."""
    check = standing.check
    judging = check.parts.filter(state__in=Part.STANDING, role__in=[*ADVISERS, Role.APPROVER])
    parts = list(judging.select_related("member"))
    inside = _inside(check, parts)
    of_now = {"version__check_of": check, "version__number": check.version}
    opinions = list(Opinion.objects.filter(**of_now).select_related("by"))
    decided = Decision.objects.filter(**of_now, kind__in=_DECIDED).select_related("by")
    decisions = list(decided)
    everybody = {each.member for each in parts} | {each.by for each in [*opinions, *decisions]}
    names = Names(visitor, everybody)
    said = {(each.by_id, each.role): each for each in opinions}
    done = {each.by_id: each for each in decisions}
    rows = [_opinion_row(names, each) for each in opinions]
    rows += [_decision_row(names, each) for each in decisions]
    rows += [
        _asked_row(names, each, each.member_id in inside)
        for each in parts
        if (each.member_id, each.role) not in said
        and not (each.role == Role.APPROVER and each.member_id in done)
    ]
    whys = _whys(standing)
    rows += _lacking(whys.keys(), {each.key for each in rows})
    rows = [replace(each, whys=whys.pop(each.key, [])) for each in rows]
    return Agreement(
        sorted(rows, key=lambda each: Role.values.index(each.key)),
        [_note(names, each) for each in opinions],
    )


def _opinion_row(names: Names, said: Opinion) -> Agreeing:
    advice = Opinion.Advice(said.advice)
    icon, tone = _TONES[advice]
    role = Role(said.role)
    words = f"{advice.label} ·\N{NO-BREAK SPACE}{_day(said.at)}"
    return Agreeing(str(role.label), said.role, names.named(said.by), words, icon, tone)


def _decision_row(names: Names, made: Decision) -> Agreeing:
    kind = Decision.Kind(made.kind)
    icon, tone = _DECIDED[kind]
    words = f"{kind.label} ·\N{NO-BREAK SPACE}{_day(made.at)}"
    role = Role.APPROVER
    return Agreeing(str(role.label), role, names.named(made.by), words, icon, tone)


def _asked_row(names: Names, part: Part, is_inside: bool) -> Agreeing:
    role, who = Role(part.role), names.named(part.member)
    if not is_inside:
        left = _("Has left the circle")
        return Agreeing(str(role.label), part.role, who, left, "triangle-alert", "stop")
    said = (
        _("Asked on %(day)s") % {"day": _day(part.asked_at)}
        if part.state == Part.State.ASKED
        else _("Has said nothing yet")
    )
    if part.due:
        said = f"{said} · {_('due %(day)s') % {'day': date_format(part.due, _DAY)}}"
    is_late = part.due is not None and part.due < now().date()
    tone = "stop" if is_late else "wait"
    return Agreeing(str(role.label), part.role, who, said, "clock", tone)


def _whys(standing: Standing) -> dict[str, list[Why]]:
    """The roles whose opinion the rules ask for, and why."""
    words, roles = Words(standing), {key: str(role) for role, key in OPINIONS.items()}
    return {roles[each.key]: words.why(each.causes) for each in standing.result.opinions}


def _lacking(needed: Iterable[str], there: set[str]) -> list[Agreeing]:
    """Whom the rules ask for, and the approver: where nobody is asked yet."""
    said = _("Nobody is asked yet")
    return [
        Agreeing(str(Role(role).label), role, None, said, "circle-question-mark", "")
        for role in (*needed, Role.APPROVER)
        if role not in there
    ]


def _note(names: Names, said: Opinion) -> Note:
    advice = Opinion.Advice(said.advice)
    role, tone = str(Role(said.role).label), _TONES[advice][1]
    return Note(role, names.named(said.by), str(advice.label), said.words, tone)


def _day(moment: Any) -> str:
    return date_format(moment, _DAY).replace(" ", "\N{NO-BREAK SPACE}")


def steps(visitor: Any, check: Check) -> set[str]:
    """What this visitor may do next: "send", "take_back", "review"."""
    found = set()
    if may(visitor, "assessments.submit", check):
        found.add("send")
    if check.state == Check.State.SUBMITTED:
        if may(visitor, "assessments.take_back", check):
            found.add("take_back")
        if may(visitor, "assessments.send_back", check):
            found.add("review")
    return found


# What waits for somebody


@dataclass(frozen=True)
class Waiting:
    part: Part
    what: str
    url: str


def waiting_parts(member: Member) -> Any:
    """Parts somebody is asked for; reviews and decisions that are due."""
    mine = Part.objects.filter(member=member.pk)
    read = Check.objects.visible_to(member).order_by().values("pk")
    said = Opinion.objects.filter(
        version__check_of=OuterRef("check_of"),
        version__number=OuterRef("check_of__version"),
        by=member.pk,
        role=OuterRef("role"),
    )
    in_review = Q(state=Part.State.TAKEN, check_of__state=Check.State.SUBMITTED)
    reviews = in_review & Q(role__in=ADVISERS) & ~Exists(said)
    decisions = in_review & Q(role=Role.APPROVER)
    return mine.filter(Q(state=Part.State.ASKED) | reviews | decisions, check_of__in=read)


def waiting_for(member: Member) -> list[Waiting]:
    """What is due first stands first; in one query."""
    found = waiting_parts(member).select_related("check_of__circle", "check_of__author")
    parts = found.order_by(F("due").asc(nulls_last=True), "pk")[:100]
    return [_waiting(each) for each in parts]


def _waiting(part: Part) -> Waiting:
    check = part.check_of
    if part.state == Part.State.ASKED:
        return Waiting(part, _("You are asked to take part"), part.get_absolute_url())
    if part.role == Role.APPROVER:
        return Waiting(part, _("Your decision is needed"), f"{check.get_absolute_url()}decide/")
    return Waiting(part, _("Your opinion is needed"), f"{check.get_absolute_url()}review/")


# Who else answers


def at_work(check: Check, visitor: Any) -> list[tuple[str, int]]:
    """Others who answered in the last minutes, and how often."""
    since = now() - AT_WORK
    lately = Answer.objects.filter(check_of=check, at__gte=since).exclude(by=visitor.pk)
    counts: dict[str, int] = {}
    for each in lately.select_related("by").order_by("id"):
        counts[each.by.shown_name] = counts.get(each.by.shown_name, 0) + 1
    return list(counts.items())


def answered_by(answer: Answer | None, visitor: Any) -> tuple[str, Any] | None:
    """Who gave this answer and when, if it was somebody else."""
    if answer is None or answer.by_id == visitor.pk:
        return None
    return answer.by.shown_name, answer.at


# For the file a member takes along


def own_opinions(member: Member) -> list[dict[str, Any]]:
    """What a member said as a reviewer: their words, and not the check they are about."""
    found = Opinion.objects.filter(by=member).select_related("version").order_by("pk")
    return [
        {
            "url": reverse("assessments:check", args=[each.version.check_of_id]),
            "version": each.version.number,
            "as": each.role,
            "advice": each.advice,
            "words": each.words,
            "at": each.at.isoformat(),
        }
        for each in found
    ]


# How a part leaves the house: with a hint at most


def fetch_parts(pks: Iterable[int]) -> list[Part]:
    there = Part.objects.filter(pk__in=list(pks)).exclude(check_of__state=Check.State.WITHDRAWN)
    return list(there.select_related("check_of", "member"))


def writers_of_part(part: Part) -> list[int]:
    """Whom it is about: they hear that they are asked."""
    return [part.member_id]


def part_entry(part: Part) -> Entry:
    """What somebody is asked for. It names the check no more than its label lets out: not at all,
    for who was removed learns no more of it."""
    check = part.check_of
    return Entry(
        ref=Ref.to(part),
        title=str(Role(part.role).label),
        text="",
        html="",
        url=part.get_absolute_url(),
        label=Label(check.label),
        attribution=Attribution.NAMED,
        author=_("A member"),
        author_id=None,
        at=part.asked_at,
        circle_id=check.circle_id,
        reader_ids=(part.member_id,),
    )


def people_of(check: Check) -> list[int]:
    """Everybody who works on it, reviews it, decides about it: they hear of each other's steps."""
    taken = check.parts.filter(state=Part.State.TAKEN).values_list("member", flat=True)
    return sorted({check.author_id, *taken})
