"""What the demo community tried, proposes, thinks of it and takes to meetings, furnished through
the services in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.models import Theme
from media4sec.kit.town import Town
from media4sec.members.models import Circle, Member
from media4sec.members.services import circles
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.card import Card
from media4sec.patterns.content import load_content
from media4sec.patterns.models import Experience, Pattern, Proposal, SavedSearch
from media4sec.patterns.queries.searches import params_of

DATA = Path(__file__).parent / "data" / "en" / "demo"
FILE = DATA / "experiences.toml"
#: Every longer demo text ends so: nobody shall take it for one.
MADE_UP = "*Demo: this was made up, to show how it looks.*"
_PLAIN = ("title", "outcome", "country", "place", "variation", "face", "size", "contact")
_LISTS = ("actors", "groups", "platforms", "phases")
_CARD = ("context", "therefore", "forces", "steps", "limits", "law")

Row = dict[str, Any]
#: How many days ago, and what happened then.
Step = tuple[float, Callable[[], Any]]


def furnish(town: Town) -> None:
    """Everything that happened, the oldest first, so that each can answer what was before."""
    with pretend(town.today - timedelta(days=200)):
        load_content()
    for days_ago, happen in sorted(_Story(town).steps(), key=lambda step: -step[0]):
        with pretend(town.today - timedelta(days=days_ago, hours=3)):
            happen()
    # Where the cards came with an upgrade just now, they would all be news in these searches.
    for search in SavedSearch.objects.filter(of=SavedSearch.Of.PATTERNS):
        services.look_at_search(search, by=search.owner)


class _Story:
    """What has been told and proposed so far."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        self.told: dict[str, Experience] = {}
        self.proposed: dict[str, int] = {}

    def steps(self) -> Iterator[Step]:
        tables: tuple[tuple[str, str, Callable[[Row], Any]], ...] = (
            ("experiences", "experience", self.tell),
            ("views", "judgement", self.judge),
            ("views", "voice", self.speak),
            ("decks", "deck", self.make_deck),
            ("decks", "search", self.keep_search),
        )
        for file, name, act in tables:
            for row in read_rows(DATA / f"{file}.toml", name):
                yield row["days_ago"], partial(act, row)
        for row in read_rows(DATA / "proposals.toml", "proposal"):
            yield from self.steps_of(row)

    # Experiences

    def tell(self, row: Row) -> None:
        circle = self._circle(row)
        self.told[row["key"]] = services.tell(
            self._account(row),
            by=self._someone(row["author"], circle),
            circle=circle,
            label=f"TLP:{row.get('label', 'CLEAR')}",
            attribution=row.get("attribution", "named"),
            readers=self._people(row, "readers"),
            after=self.told[row["after"]] if "after" in row else None,
        )

    def _account(self, row: Row) -> Account:
        themes = [self.themes[slug] for slug in row["themes"]]
        patterns = {each.slug: each for each in Pattern.objects.filter(slug__in=row["patterns"])}
        return Account(
            did=_made_up(row["did"]),
            happened=row["happened"],
            theme=themes[0],
            other_theme=themes[1] if len(themes) > 1 else None,
            patterns=tuple(patterns[slug] for slug in row["patterns"]),
            evidence=row["evidence"],
            parts=row.get("parts", {}),
            emmie=row.get("emmie", {}),
            **{name: row[name] for name in _PLAIN if name in row},
            **{name: tuple(row.get(name, ())) for name in _LISTS},
        )

    def _circle(self, row: Row) -> Circle | None:
        return self.town.circles[row["circle"]] if "circle" in row else None

    def _someone(self, key: str, circle: Circle | None = None) -> Member:
        """A member; in a circle that is entered freely, from now on if not before."""
        member: Member = self.town.people[key]
        if circle and circle.pk not in member.memberships_by_circle:
            circles.enter(circle, by=member)
            member.forget_memberships()
        return member

    # Proposals and reviews

    def steps_of(self, row: Row) -> Iterator[Step]:
        yield row["days_ago"], partial(self.propose, row)
        if "sent" in row:
            yield row["sent"], partial(self.submit, row)
        for review in row.get("review", ()):
            if "begun" in review:
                yield review["begun"], partial(self.begin_review, row, review)
            if "signed" in review:
                yield review["signed"], partial(self.sign, row, review)
        if "later" in row:
            yield row["later"]["days_ago"], partial(self.edit, row)
        if "end" in row:
            yield row["end"]["days_ago"], partial(self.end, row)

    def propose(self, row: Row) -> None:
        pattern = Pattern.objects.get(slug=row["pattern"]) if "pattern" in row else None
        words = self._change(pattern, row) if pattern else self._words(row)
        proposal = services.propose(words, by=self.town.people[row["author"]], pattern=pattern)
        self.proposed[row["key"]] = proposal.pk

    def submit(self, row: Row) -> None:
        proposal = self._proposal(row)
        services.submit(
            proposal, by=proposal.author, base_version=proposal.version, has_licensed=True
        )

    def edit(self, row: Row) -> None:
        proposal = self._proposal(row)
        services.edit_proposal(
            proposal,
            self._words({**row, **row["later"]}),
            by=proposal.author,
            base_version=proposal.version,
            pattern_version=proposal.base_version,
        )

    def begin_review(self, row: Row, review: Row) -> None:
        """Taken by the reviewer, or asked for by an editor."""
        proposal, reviewer = self._proposal(row), self.town.people[review["reviewer"]]
        if "asked_by" in review:
            editor = self.town.people[review["asked_by"]]
            services.ask(proposal, by=editor, member=reviewer, kind=review["kind"])
        else:
            services.offer(proposal, by=reviewer, kind=review["kind"], declares=True)

    def sign(self, row: Row, review: Row) -> None:
        proposal = self._proposal(row)
        services.sign(
            proposal,
            by=self.town.people[review["reviewer"]],
            version=proposal.version,
            verdict=review["verdict"],
            text=_made_up(review["text"]),
            points=review.get("points", ()),
            declares=True,
            is_public=review.get("public", False),
        )

    def end(self, row: Row) -> None:
        proposal, end = self._proposal(row), row["end"]
        if end["how"] == "withdrawn":
            services.withdraw_proposal(proposal, by=proposal.author)
            return
        publish = {"reviewed": services.publish_reviewed, "shared": services.publish_shared}
        publish[end["how"]](proposal, by=self.town.people[end["by"]])

    def _proposal(self, row: Row) -> Proposal:
        return Proposal.objects.get(pk=self.proposed[row["key"]])

    def _words(self, row: Row) -> services.Words:
        themes = [self.themes[slug] for slug in row["themes"]]
        card = {name: row[name] for name in _CARD if name in row}
        card["context"] = _made_up(row["context"])
        card["sources"] = [{"text": each} for each in row.get("sources", ())]
        return services.Words(
            title=row["title"],
            card=Card.read(card),
            theme=themes[0],
            other_theme=themes[1] if len(themes) > 1 else None,
            summary=row["summary"],
            changes=row.get("changes", ""),
            actors=row["actors"],
            platforms=row["platforms"],
            phases=row["phases"],
            group=Pattern.objects.filter(slug=row.get("group", "")).first(),
            relations=row.get("relations", ()),
            evidence=row.get("evidence", 0),
            emmie=row.get("emmie", {}),
            co_maintainers=self._people(row, "co_maintainers"),
            is_blind=row.get("blind", False),
        )

    def _change(self, pattern: Pattern, row: Row) -> services.Words:
        """The text as it stands, with a few lines more."""
        said = pattern.content
        more = {name: [*said[name], *row.get(f"add_{name}", ())] for name in ("steps", "limits")}
        return services.Words(
            title=pattern.title,
            card=Card.read({**said, **more, "context": _made_up(said["context"])}),
            theme=pattern.theme,
            other_theme=pattern.other_theme,
            summary=pattern.summary,
            changes=row["changes"],
            actors=pattern.actors,
            platforms=pattern.platforms,
            phases=pattern.phases,
            group=pattern.group,
            evidence=pattern.evidence,
            emmie=pattern.emmie,
            co_maintainers=self._people(row, "co_maintainers"),
        )

    def _people(self, row: Row, name: str) -> list[Member]:
        return [self.town.people[key] for key in row.get(name, ())]

    # Views, decks and searches

    def judge(self, row: Row) -> None:
        services.judge(
            Pattern.objects.get(slug=row["pattern"]),
            by=self.town.people[row["author"]],
            face=row["face"],
            because=f"{row['because']} (demo)",
            says_group=True,
        )

    def speak(self, row: Row) -> None:
        beside: Pattern | Experience = (
            Pattern.objects.get(slug=row["pattern"])
            if "pattern" in row
            else self.told[row["experience"]]
        )
        services.speak(beside, by=self.town.people[row["author"]], text=_made_up(row["text"]))

    def make_deck(self, row: Row) -> None:
        author = self.town.people[row["author"]]
        deck = services.make_deck(
            by=author,
            title=row["title"],
            note=_made_up(row["note"]),
            circle=self._circle(row),
            label=f"TLP:{row['label']}",
            attribution="named",
            readers=self._people(row, "readers"),
        )
        for each in row["cards"]:
            pattern = Pattern.objects.get(slug=each["pattern"])
            card = services.put_in(deck, pattern, by=author)
            if "remark" in each:
                services.remark(deck, card.pk, by=author, text=each["remark"])

    def keep_search(self, row: Row) -> None:
        asked = [(name, value) for name, values in row["params"].items() for value in values]
        services.keep_search(
            by=self.town.people[row["owner"]],
            of=row["of"],
            params=params_of(row["of"], QueryDict(urlencode(asked))),
            title=row["title"],
        )


def _made_up(text: str) -> str:
    return f"{text}\n\n{MADE_UP}".strip()
