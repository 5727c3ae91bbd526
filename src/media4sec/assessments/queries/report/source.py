"""All a report is made of, read once: the frozen version, and what people said and showed of it.

The rules of today are not asked. What a copy leaves out is decided in docs/decisions/0022.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from media4sec.assessments.models import Decision, Export, Opinion, Part, Proof, Role, Version
from media4sec.assessments.queries.table import counting
from media4sec.kit.marking import Label
from media4sec.members.models import Member

Copy = Export.Redaction
#: Which sections of questions stand in which part; all others are about people and data.
PURPOSE, DATA, NEED = 3, 5, 6
_PARTS = {"s1": PURPOSE, "s10": NEED}


@dataclass(frozen=True)
class Source:
    """One version, for one kind of copy, on one day."""

    version: Version
    copy: str
    moment: datetime
    #: Who takes it.
    by: Member

    def __getitem__(self, name: str) -> Any:
        """A part of what was frozen."""
        return self.version.content[name]

    @property
    def check(self) -> Any:
        return self.version.check_of

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self["result"]
        return found

    @property
    def day(self) -> date:
        return self.moment.date()

    @property
    def is_internal(self) -> bool:
        return self.copy == Copy.INTERNAL

    @property
    def is_public(self) -> bool:
        return self.copy == Copy.PUBLIC

    @property
    def label(self) -> Label:
        """A partner gets it for their organisation; a summary is for everybody."""
        if self.is_public:
            return Label.CLEAR
        return Label(self.check.label) if self.is_internal else Label.AMBER_STRICT

    # Who

    @cached_property
    def _roles(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        found[self.check.author_id].append(_("Author"))
        if self.check.owner_id:
            found[self.check.owner_id].append(str(Role.OWNER.label))
        for part in Part.objects.filter(check_of=self.check).exclude(state=Part.State.DECLINED):
            found[part.member_id].append(str(Role(part.role).label))
        return {pk: list(dict.fromkeys(roles)) for pk, roles in found.items()}

    def who(self, member: Member | None, role: str = "") -> str:
        """Somebody as this copy names them: with their name among its people, else by role."""
        if member is None:
            return _("The house")
        role = str(Role(role).label) if role else ", ".join(self._roles.get(member.pk, []))
        role = role or _("Somebody who had a part in it")
        return f"{member.shown_name} · {role}" if self.is_internal else role

    # What was said and shown

    @cached_property
    def opinions(self) -> list[Opinion]:
        return list(self.version.opinions.select_related("by", "taken_by"))

    @cached_property
    def decisions(self) -> list[Decision]:
        found = self.version.decisions.select_related("by")
        return list(found.prefetch_related("conditions__owner"))

    @cached_property
    def proofs(self) -> dict[tuple[str, str], list[Proof]]:
        """(of, key) → what was given, the newest first."""
        found: dict[tuple[str, str], list[Proof]] = defaultdict(list)
        given = self.check.proofs.select_related("given_by", "judged_by").order_by("-id")
        for proof in given.exclude(state=Proof.State.TAKEN_BACK):
            found[proof.of, proof.key].append(proof)
        return found

    @cached_property
    def _counting(self) -> dict[tuple[str, str], Proof]:
        given = self.check.proofs.select_related("given_by", "judged_by")
        holding = (each for each in counting(given, self.day))
        return {(each.of, each.key): each for each in holding if not each.has_lapsed(self.day)}

    def accepted(self, of: str, key: str) -> Proof | None:
        """What shows it on this day."""
        return self._counting.get((of, key))

    # Levels

    @cached_property
    def gauged(self) -> dict[str, Any]:
        """Risk → the newest level that reviewers set."""
        found = self.check.gauges.select_related("by", "second")
        return {each.risk: each for each in found if each.counts}

    def gross(self, risk: dict[str, Any]) -> tuple[int, int]:
        """Before safeguards. What reviewers set earlier is in the version already."""
        gauge = self.gauged.get(risk["key"])
        if gauge and (gauge.second_at or gauge.at) > self.version.sent_at:
            return gauge.severity, gauge.likelihood
        severity, likelihood = risk["gross"]
        return severity, likelihood

    def cutting(self, key: str) -> list[str]:
        """The safeguards that lower a risk: those that were shown, on this day."""
        cuts = self["risks"][key]["cuts"]
        return [name for name in cuts if self.accepted(Proof.Of.SAFEGUARD, name)]

    def residual(self, risk: dict[str, Any]) -> tuple[int, int]:
        cuts = [self["risks"][risk["key"]]["cuts"][name] for name in self.cutting(risk["key"])]
        most = self["scale"]["most_cut"]
        lowered = [
            max(1, level - min(most, sum(cut[axis] for cut in cuts)))
            for axis, level in enumerate(self.gross(risk))
        ]
        return lowered[0], lowered[1]

    def band(self, levels: tuple[int, int]) -> str:
        return str(self["scale"]["matrix"][levels[0] - 1][levels[1] - 1])

    def band_words(self, levels: tuple[int, int]) -> str:
        return str(self["scale"]["bands"][self.band(levels)])

    # Law

    @cached_property
    def transposition(self) -> str:
        """The national law that brings the directive here; "" when none is known."""
        return next((head["transposition"] for head in self["rules"] if head["transposition"]), "")

    @cached_property
    def law_rows(self) -> dict[str, int]:
        """Provision → its row in part 4."""
        return {key: number for number, key in enumerate(self["provisions"], start=1)}

    def law(self, keys: Iterable[str]) -> str:
        """Provisions as other parts cite them: the directive never without the national law."""
        return "; ".join(self._cited(key) for key in dict.fromkeys(keys) if key in self.law_rows)

    def _cited(self, key: str) -> str:
        said = {"name": self["provisions"][key]["name"], "row": f"4.{self.law_rows[key]}"}
        if key.startswith("LED."):
            return _("%(name)s with national law (%(row)s)") % said
        return _("%(name)s (%(row)s)") % said

    def law_of(self, causes: Iterable[dict[str, Any]]) -> str:
        return self.law(source for cause in causes for source in cause["sources"])

    # Words

    def title(self, key: str) -> str:
        return str(self["words"].get(key) or self["opinions"].get(key) or key)

    def titles(self, keys: Iterable[str]) -> str:
        """Several, a line each."""
        return "\n".join(f"– {self.title(key)}" for key in keys)

    @cached_property
    def answer_rows(self) -> dict[str, str]:
        """Question → the part it stands in, and its row there: "5.7"."""
        counts: dict[int, int] = defaultdict(int)
        found = {}
        for asked in self["asked"]:
            part = part_of(asked)
            counts[part] += 1
            found[asked["id"]] = f"{part}.{counts[part]}"
        return found

    def why(self, causes: Iterable[dict[str, Any]]) -> str:
        """What leads to a finding; a summary for everybody says no answer."""
        if self.is_public:
            return ""
        return "; ".join(dict.fromkeys(text for cause in causes if (text := self._reason(cause))))

    def _reason(self, cause: dict[str, Any]) -> str:
        kind, key, *_option = cause["place"].split(".")
        text = str(self["why"].get(cause["place"], {}).get("text", "")).rstrip(".")
        row = self.answer_rows.get(key, "") if kind == "questions" else ""
        if row and not text:
            return _("The answer %(row)s") % {"row": row}
        return f"{text} ({row})" if row else text


def part_of(asked: dict[str, str]) -> int:
    """In which part of the report a question stands."""
    return _PARTS.get(asked["part"], DATA)


def day_of(day: date | datetime | str | None) -> str:
    """A day as people write it; "" for none."""
    if not day:
        return ""
    if isinstance(day, str):
        day = date.fromisoformat(day)
    return date_format(localtime(day) if isinstance(day, datetime) else day, "j F Y")


def time_of(moment: datetime) -> str:
    return date_format(localtime(moment), "j M Y, H:i")
