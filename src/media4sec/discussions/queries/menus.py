"""What may be done to a topic and to each post on its page."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from media4sec.discussions import rules
from media4sec.discussions.models import Reply, Topic
from media4sec.kit.marking import Label
from media4sec.members.models import is_reader


class Step(NamedTuple):
    """One way on from a post's menu."""

    url: str
    text: str
    icon: str


def may_on(visitor: Any, topic: Topic) -> frozenset[str]:
    """What to offer somebody who has the page open: the rules, but for who may read."""
    if not is_reader(visitor):
        return frozenset()
    may = {"follow"}
    is_there = not topic.deleted_at and not topic.is_withheld
    is_live = is_there and not (topic.circle and topic.circle.is_archived)
    if is_live:
        may |= {"react"}
        may |= {"reply"} if _may_reply(visitor, topic) else set()
        may |= {"keep_order"} if rules.keeps_order(visitor, topic) else set()
    if topic.author_id == visitor.pk and topic.is_question and is_there:
        may |= {"accept"}
    return frozenset(may)


def _may_reply(visitor: Any, topic: Topic) -> bool:
    return not topic.is_locked and bool(rules.is_in_its_circle(visitor, topic))


class Menus:
    """The menus of one page; their words are translated once."""

    def __init__(self, visitor: Any, topic: Topic, may: frozenset[str]) -> None:
        self.visitor, self.topic, self.may = visitor, topic, may
        self.is_reader = is_reader(visitor)
        self.report = _report_address() if self.is_reader else ""
        self.words = {
            "edit": _("Edit"),
            "narrow": _("Share with fewer people"),
            "delete": _("Delete"),
            "report": _("Report to moderators"),
        }

    def of_reply(self, reply: Reply, base: str) -> tuple[Step, ...]:
        if self.is_reader and reply.author_id == self.visitor.pk:
            steps = self._own(base)
            if reply.is_chatham and not self.topic.is_chatham:
                url = f"/t/{self.topic.pk}/reveal/"
                steps.append(Step(url, _("Show my name here"), "eye"))
            return tuple(steps)
        return self._others(reply)

    def of_topic(self, base: str) -> tuple[Step, ...]:
        topic = self.topic
        is_mine = self.is_reader and topic.author_id == self.visitor.pk
        steps = [*self._own(base), *self._sharing(base)] if is_mine else [*self._others(topic)]
        if topic.is_chatham and self.is_reader:
            steps.append(Step(f"{base}reveal/", _("Show my name here"), "eye"))
        if "keep_order" in self.may:
            steps += self._order(base)
        return tuple(steps)

    def _own(self, base: str) -> list[Step]:
        return [
            Step(f"{base}edit/", self.words["edit"], "pencil"),
            Step(f"{base}narrow/", self.words["narrow"], "lock"),
            Step(f"{base}delete/", self.words["delete"], "trash-2"),
        ]

    def _sharing(self, base: str) -> list[Step]:
        """What only who started a topic decides."""
        topic, steps = self.topic, []
        if topic.label != Label.CLEAR:
            steps.append(Step(f"{base}widen/", _("Share with more people"), "users-round"))
        if topic.label != Label.CLEAR and not topic.is_chatham and not topic.last_number:
            steps.append(Step(f"{base}seal/", _("Hide my name"), "venetian-mask"))
        return steps

    def _others(self, post: Topic | Reply) -> tuple[Step, ...]:
        if not self.report:
            return ()
        url = self.report.replace("REF", f"{_KINDS[type(post)]}:{post.pk}")
        return (Step(url, self.words["report"], "flag"),)

    def _order(self, base: str) -> list[Step]:
        """What those do who keep order: hosts in their circle, moderators in the Commons."""
        topic = self.topic
        steps = [
            Step(f"{base}unpin/", _("Take the pin away"), "pin")
            if topic.pinned_at
            else Step(f"{base}pin/", _("Pin"), "pin"),
            Step(f"{base}unlock/", _("Open for replies"), "lock")
            if topic.is_locked
            else Step(f"{base}lock/", _("Lock"), "lock"),
        ]
        if topic.label in {Label.CLEAR, Label.GREEN}:
            steps.append(Step(f"{base}move/", _("Move"), "arrow-right"))
        if topic.label != Label.CLEAR and _has_a_ceiling(topic, self.visitor):
            text = _("Propose to share with more people")
            steps.append(Step(f"{base}propose-widening/", text, "users-round"))
        return steps


_KINDS = {kind: kind._meta.label_lower for kind in (Topic, Reply)}


def _has_a_ceiling(topic: Topic, visitor: Any) -> bool:
    """Whether the circle keeps its authors from sharing further, so that hosts may propose it."""
    if topic.circle is None or topic.circle.ceiling == Label.CLEAR:
        return False
    return bool(rules.lives_in_the_open(visitor, topic))


def _report_address() -> str:
    """Where the moderators' room takes reports, if it is open."""
    try:
        return reverse("moderation:make_report", args=["REF"])
    except NoReverseMatch:
        return ""
