"""What new rules say of a check, for its people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.assessments.models import Check, Recheck, Stale, Version

_KINDS = {
    "red_lines": gettext_lazy("Red lines"),
    "gates": gettext_lazy("What opens a red line"),
    "blocks": gettext_lazy("What stops it"),
    "authorisations": gettext_lazy("Who must agree"),
    "safeguards": gettext_lazy("What you must do"),
    "documents": gettext_lazy("Documents"),
    "opinions": gettext_lazy("Opinions"),
    "risks": gettext_lazy("Risks, before safeguards"),
    "cuts": gettext_lazy("How far safeguards lower risks"),
    "questions": gettext_lazy("Questions"),
    "regime": gettext_lazy("Which law governs it"),
    "activities": gettext_lazy("What is planned"),
    "words": gettext_lazy("Words"),
}


@dataclass(frozen=True)
class Part:
    """Of one kind of finding: what came, what went."""

    title: str
    more: list[str]
    gone: list[str]


@dataclass(frozen=True)
class RecheckShown:
    recheck: Recheck
    parts: list[Part]
    todo: str

    @property
    def tone(self) -> str:
        tones = {Recheck.Meaning.RED_LINE: "stop", Recheck.Meaning.STRICTER: "wait"}
        return tones.get(Recheck.Meaning(self.recheck.meaning), "ok")


def recheck_of(check: Check) -> RecheckShown | None:
    """What the newest rules say otherwise of the version that was sent last."""
    last = Version.objects.filter(check_of=check).order_by("-number").values("pk")[:1]
    asked = Recheck.objects.filter(check_of=check, version=last).select_related("version")
    found = asked.order_by("-pk").first()
    if found is None or found.meaning == Recheck.Meaning.NOTHING:
        return None
    parts = [
        Part(str(title), found.difference[kind]["more"], found.difference[kind]["gone"])
        for kind, title in _KINDS.items()
        if kind in found.difference
    ]
    return RecheckShown(found, parts, _todo(check, found))


def _todo(check: Check, recheck: Recheck) -> str:
    if check.state == Check.State.SUBMITTED:
        return _("Have it sent back, look at your answers, and send it anew.")
    if check.is_open:
        return _("Look at what is different, then send it anew.")
    if check.state == Check.State.SUSPENDED and check.stale_why == Stale.RED_LINE:
        return _("Nobody acts on it now. An approver can lift this once the line is not crossed.")
    if check.is_stale and check.confirm_by and recheck.meaning == Recheck.Meaning.STRICTER:
        said = {"day": date_format(check.confirm_by, "j F Y")}
        return _("An approver confirms by %(day)s that the decision still holds.") % said
    return _("Nothing has to be done.")
