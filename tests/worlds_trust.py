"""What members of a generated world propose, review, judge and tell, and who may learn of it.

Written down a second time: a draft is for those who work on it; what was sent in, for the
community; a review for its writer, the authors and editors, until its writer lets everybody read
it beside the published pattern. Who writes blindly, and who reviews or judges, is nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from media4sec.kit.marking import Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Group, Member
from media4sec.patterns import services
from media4sec.patterns.models import Experience, Judgement, Pattern, Proposal, Review, Voice
from media4sec.patterns.queries import harvest
from media4sec.patterns.tests.factories import ThemeFactory, card

Rule = Callable[[Member | None], bool]


@dataclass
class Trust:
    proposals: list[Proposal] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    #: Who may learn all the same of somebody who did nothing under their own name.
    named_to: dict[int, set[int]] = field(default_factory=dict)
    #: Experience and member: a view of theirs that stands sealed beside it.
    sealed_voices: set[tuple[int, int]] = field(default_factory=set)

    def refs(self) -> list[Ref]:
        return [Ref.to(each) for each in [*self.proposals, *self.patterns, *self.voices]]


def add_trust(
    world: Any,
    *,
    token: Callable[[str], str],
    secret: Callable[..., Any],
    may_read: Callable[..., Rule],
    add_person: Callable[..., None],
) -> None:
    """Through the services. ``blind`` and ``peer`` do nothing under their names; cleo and ben
    are editors."""
    for key in ("blind", "peer"):
        add_person(world, key)
    _Story(world, token, secret, may_read).tell()


@dataclass
class _Story:
    world: Any
    token: Callable[[str], str]
    secret: Callable[..., Any]
    may_read: Callable[..., Rule]
    words: dict[str, str] = field(default_factory=dict)  # of the last proposal, with their kinds

    def tell(self) -> None:
        people, theme = self.world.people, ThemeFactory()
        for key in ("blind", "peer", "host"):
            people[key].themes.add(theme)
        self.world.sealed[0] = {people["blind"].pk, people["peer"].pk}
        editors = {people["cleo"].pk, people["ben"].pk}
        named = {*editors, people["blind"].pk, people["anna"].pk}
        self.world.bank.trust.named_to = {people["peer"].pk: named}
        self._draft()
        self._in_review()
        pattern = self._published()
        self._said_of(pattern)
        if self.world.bank.experiences:
            self._told_beside(self.world.bank.experiences[0])
        for told in self.world.bank.experiences[:2]:
            self._reviewed(told)
        self._bring()
        services.keep_up()

    def _draft(self) -> None:
        """For anna and the host, who work on it."""
        people = self.world.people
        proposal = self._propose(people["anna"], [people["host"]])
        self._know(proposal, self.words, self._only("anna", "host"))

    def _in_review(self) -> None:
        """Read by the community; nobody but its author knows who wrote it. One review is signed,
        the other asked for."""
        people = self.world.people
        proposal = self._propose(people["blind"], is_blind=True)
        services.submit(proposal, by=people["blind"], base_version=1, has_licensed=True)
        services.offer(proposal, by=people["peer"], kind=Review.Kind.PEER, declares=True)
        services.ask(proposal, by=people["cleo"], member=people["host"], kind=Review.Kind.ETHICS)
        said = self._sign(proposal, "peer", Review.Verdict.REVISE, is_public=True)
        rule = self.may_read(self.world, Label.GREEN, None, 0, set())
        self._know(proposal, self.words, rule)
        self._know(*said, self._only("peer", "blind", "cleo", "ben"))

    def _published(self) -> Pattern:
        """By anna, as reviewed: what the host says of it is public, what the peer says is not."""
        people = self.world.people
        proposal = self._propose(people["anna"])
        services.submit(proposal, by=people["anna"], base_version=1, has_licensed=True)
        for key, kind in (("host", Review.Kind.PEER), ("peer", Review.Kind.ETHICS)):
            services.offer(proposal, by=people[key], kind=kind, declares=True)
        public = self._sign(proposal, "host", Review.Verdict.ACCEPT, is_public=True)
        kept = self._sign(proposal, "peer", Review.Verdict.ACCEPT, is_public=False)
        self.world.named_speakers |= {people["anna"].pk, people["host"].pk}
        proposal.refresh_from_db()
        words = self.words
        pattern = services.publish_reviewed(proposal, by=people["cleo"])
        self.world.bank.trust.patterns.append(pattern)
        self._know(pattern, words, _everybody, Label.CLEAR)
        self._know(*public, _everybody, Label.CLEAR)
        self._know(*kept, self._only("peer", "anna", "cleo", "ben"))
        return pattern

    def _said_of(self, pattern: Pattern) -> None:
        """A judgement without a name, and how it was for the host."""
        people, (because, words) = self.world.people, (self.token("why"), self.token("voice"))
        services.judge(
            pattern, by=people["blind"], face="ugly", because=f"It {because} us.", says_group=False
        )
        judgement = Judgement.objects.get(author=people["blind"])
        self._know(judgement, {because: "body"}, _everybody, Label.CLEAR)
        voice = self._speak(pattern, people["host"], words)
        self._know(voice, {words: "body"}, _everybody, Label.CLEAR)

    def _told_beside(self, told: Experience) -> None:
        """By somebody who reads it: read as far as the experience, and sealed where it is."""
        title = next(
            each for each in self.world.secrets if each.thing == told and each.kind == "title"
        )
        known = [self.world.people[key] for key in ("ben", "cleo", "host", "anna", "moderator")]
        person = next((each for each in known if title.may_read(each)), told.author)
        word = self.token("voice")
        self._speak(told, person, word)
        self._know(told, {word: "body"}, title.may_read, told.label)
        if told.is_chatham:
            self.world.sealed.setdefault(-told.pk, set()).add(person.pk)
            self.world.bank.trust.sealed_voices.add((told.pk, person.pk))
        else:
            self.world.named_speakers.add(person.pk)

    def _reviewed(self, told: Experience) -> None:
        """By two who read it, with their yes: their words go as far as it does, under its seal."""
        title = next(
            each for each in self.world.secrets if each.thing == told and each.kind == "title"
        )
        known = [self.world.people[key] for key in ("host", "anna", "moderator", "ben", "cleo")]
        readers = [each for each in known if title.may_read(each) and each.pk != told.author_id]
        if told.label == Label.RED or told.author.suspended_at or len(readers) < 2:
            return
        services.want_review(told, by=told.author)
        for member, kind in zip(readers, Review.Kind, strict=False):
            member.themes.add(told.theme)
            word = self.token("review")
            services.offer(told, by=member, kind=kind, declares=True)
            services.sign(
                told,
                by=member,
                version=told.version,
                verdict=Review.Verdict.ACCEPT,
                text=f"I have read it, and {word} it is.",
                is_public=True,
            )
            self._know(told, {word: "body"}, title.may_read, told.label)
            if told.is_chatham:
                self.world.sealed.setdefault(-told.pk, set()).add(member.pk)
            else:
                self.world.named_speakers.add(member.pk)

    def _bring(self) -> None:
        """A file of an editor, which nobody said yes to."""
        title = self.token("row")
        batch = services.bring(
            f"title\n{title}\n".encode(), by=self.world.people["cleo"], table="patterns"
        )
        self.world.bank.batches.append(batch)
        self._know(batch, {title: "body"}, self._only("cleo"), Label.RED)

    def _propose(self, by: Member, helpers: Iterable[Member] = (), **more: Any) -> Proposal:
        title, context, step = (self.token(kind) for kind in ("idea", "context", "step"))
        self.words = {title: "title", context: "body", step: "step"}
        proposal = services.propose(
            services.Words(
                title=f"Try {title}",
                summary="Say early what is known.",
                card=card(context=f"Here {context} is met, and it is hard.", steps=(step,)),
                theme=ThemeFactory(),
                actors=["police"],
                co_maintainers=list(helpers),
                **more,
            ),
            by=by,
        )
        self.world.bank.trust.proposals.append(proposal)
        return proposal

    def _sign(
        self, proposal: Proposal, key: str, verdict: str, *, is_public: bool
    ) -> tuple[Review, dict[str, str]]:
        text, point = self.token("review"), self.token("point")
        review = services.sign(
            proposal,
            by=self.world.people[key],
            version=1,
            verdict=verdict,
            text=f"It is {text} and it is right.",
            points=[f"Change {point}."],
            is_public=is_public,
        )
        return review, {text: "body", point: "point"}

    def _speak(self, thing: Any, person: Member, word: str) -> Voice:
        person.group = Group.COMMUNITY
        person.save(update_fields=["group"])
        voice = services.speak(thing, by=person, text=f"For us it was {word} that day.")
        self.world.bank.trust.voices.append(voice)
        return voice

    def _only(self, *keys: str) -> Rule:
        who = {self.world.people[key].pk for key in keys}
        return self.may_read(self.world, Label.RED, None, 0, who)

    def _know(
        self, thing: Any, words: dict[str, str], rule: Rule, label: str = Label.GREEN
    ) -> None:
        self.world.secrets += [
            self.secret(word, kind, thing, label, rule) for word, kind in words.items()
        ]


def _everybody(_visitor: Member | None) -> bool:
    return True


def values(trust: Trust) -> dict[tuple[str, str], list[Any]]:
    return {
        ("patterns/proposals/", "pk"): [each.pk for each in trust.proposals] or [1],
        ("patterns/proposals/", "step"): ["publish", "share", "withdraw", "leave", "take-back"],
        ("voices/", "pk"): [each.pk for each in trust.voices] or [1],
    }


def more_doors(trust: Trust, secrets: list[Any]) -> list[str]:
    """Doors that are opened by what stands behind the question mark."""
    words = [each.token for each in secrets if isinstance(each.thing, Proposal | Review)]
    found = [f"/patterns/?q={word}" for word in words]
    for pattern in trust.patterns:
        record = harvest.identifier("pattern", pattern.pk)
        found += [
            f"/patterns/compare/?with={pattern.slug}",
            f"/patterns/map/?at={pattern.slug}",
            f"/patterns/oai/?metadataPrefix=oai_dc&verb=GetRecord&identifier={record}",
        ]
    return found


def is_named(trust: Trust, person: Member, visitor: Member | None) -> bool:
    """Whether this visitor may learn that this person reviewed something."""
    return _is_in(visitor) and visitor.pk in trust.named_to.get(person.pk, ())


def _is_in(visitor: Member | None) -> bool:
    return visitor is not None and visitor.suspended_at is None


def must_be_there(secret: Any, visitor: Member | None, door: str) -> bool:
    """On the page of what it belongs to."""
    thing = secret.thing
    if isinstance(thing, Proposal):
        return door == f"/patterns/proposals/{thing.pk}/"
    if isinstance(thing, Review):
        return _is_in(visitor) and door == f"/patterns/proposals/{thing.proposal_id}/"
    if isinstance(thing, Pattern):
        in_file = secret.kind == "title" and door == "/patterns/export/patterns.json"
        return in_file or door == thing.get_absolute_url()
    return door == thing.pattern.get_absolute_url()


#: What ``must_be_there`` knows.
THINGS = (Proposal, Review, Pattern, Judgement, Voice)
