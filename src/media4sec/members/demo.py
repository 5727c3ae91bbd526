"""The demo community's people and circles, furnished through the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from media4sec.kit.clock import now, pretend
from media4sec.kit.content import read_rows
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.themes import load_themes
from media4sec.kit.town import Town
from media4sec.members.content import load_content
from media4sec.members.models import (
    Affiliation,
    Audience,
    Circle,
    Member,
    Membership,
    Organisation,
)
from media4sec.members.services import affiliations, circles, people

Row = dict[str, Any]
DATA = Path(__file__).parent / "data" / "en" / "demo"
#: How long the community has been there.
AGE = timedelta(days=300)
#: Who looks after the starter circles.
HOSTS = {
    "everyday-security": ("community-officer-nl", "mayors-office-pt"),
    "diy-policing": ("victim-support-ie", "investigator-fr"),
    "riots-and-mass-gatherings": ("crisis-researcher-de", "festival-safety-nl"),
    "dark-web": ("platform-researcher-si", "cybercrime-advisor-nl"),
    "trolling": ("youth-worker-gr", "youth-officer-se"),
    "market-solutions": ("ministry-advisor-ee", "tool-maker-si"),
}
#: Whom the terminal names, one for each part that somebody can have here.
PERSONAS = {
    "neighbourhood-volunteer-be": "a member",
    "community-officer-nl": "a host, verified law enforcement",
    "victim-support-ie": "a moderator",
    "training-officer-nl": "a second moderator, for the two keys",
    "crisis-researcher-de": "an editor of the journal",
    "press-officer-es": "a second editor, who reviews",
    "administrator": "the administrator",
    "suspended-user-gb": "suspended",
    "newcomer-lt": "a newcomer",
}
NO_CIRCLES = {"newcomer-lt", "suspended-user-gb", "administrator"}
REQUESTS = {
    "streamer-gb": (
        "I stream at marches and I would like to hear what you ask people like me, and why. "
        "I can tell you what works on viewers."
    ),
    "port-security-gr": (
        "We had 3 blockades at our gate this year, all of them announced online. I could bring "
        "our logs of what we said when."
    ),
}


#: Who publishes here usually lets the public know in what role; a member's own start is narrower.
OPEN_FIELDS = {"role": Audience.EVERYONE, "group": Audience.EVERYONE, "country": Audience.EVERYONE}


def furnish(town: Town) -> None:
    """People first, then the circles they found and enter over ten months."""
    begin = town.today - AGE
    with pretend(begin):
        load_themes()
        load_content()
        _add_organisations()
    rows = read_rows(DATA / "members.toml", "member")
    for number, row in enumerate(rows):
        with pretend(begin + timedelta(hours=5 + 31 * number)):
            town.people[row["key"]] = _join(row, town)
    _give_password(town)
    with pretend(begin + timedelta(days=60)):
        _confirm_groups(rows, town)
    with pretend(begin + timedelta(days=61)):
        _host_starters(town)
    for number, row in enumerate(read_rows(DATA / "circles.toml", "circle")):
        _found(row, town, at=begin + timedelta(days=70 + 12 * number))
    _enter_by_theme(rows, town, since=begin + timedelta(days=62))
    _leave_things_waiting(town)
    for row in rows:
        if reason := row.get("suspended"):
            with pretend(town.today - timedelta(days=12)):
                people.suspend(town.people[row["key"]], by=THE_HOUSE, reason=reason)
    for member in town.people.values():
        member.forget_memberships()
    town.notes += _sign_ins(town)


def _add_organisations() -> None:
    for row in read_rows(DATA / "organisations.toml", "organisation"):
        Organisation.objects.get_or_create(
            name=row["name"],
            defaults={
                "group": row["group"],
                "country": row["country"],
                "domains": row["domains"],
                "checked_at": now(),
            },
        )


def _join(row: Row, town: Town) -> Member:
    themes = Theme.objects.filter(slug__in=row["themes"])
    said = {name: row[name] for name in ("name", "role", "group", "organisation", "country")}
    member = people.add_member(
        by=THE_HOUSE,
        email=row["email"],
        about=row["about"],
        languages=row["languages"],
        themes=list(themes),
        **said,
    )
    people.choose_audience(
        by=member,
        visibility={**OPEN_FIELDS, **row.get("visibility", {})},
        is_findable=row["findable"],
    )
    if row["key"] != "newcomer-lt":
        people.finish_welcome(by=member)
    member.joined_at = now()
    member.is_administrator = row.get("is_administrator", False)
    member.is_moderator = row.get("moderator", False)
    member.is_editor = row.get("editor", False)
    member.save(update_fields=["joined_at", "is_administrator", "is_moderator", "is_editor"])
    return member


def _give_password(town: Town) -> None:
    """One hash for all: it is made to be slow, and this password is no secret."""
    everybody = Member.objects.filter(pk__in=[member.pk for member in town.people.values()])
    everybody.update(password=make_password(town.password))


def _confirm_groups(rows: list[Row], town: Town) -> None:
    """By address and by the administrator first: those who vouch must be confirmed themselves."""
    first = [row for row in rows if row.get("verified") in {"domain", "administrator"}]
    for row in first:
        member = town.people[row["key"]]
        if row["verified"] == "domain":
            affiliations.confirm_by_address(by=member)
        else:
            affiliations.grant(
                member, by=THE_HOUSE, group=row["group"], note="Checked by telephone."
            )
    for row in rows:
        if row.get("verified") == "vouched":
            _vouch_for(town.people[row["key"]], row["group"])


def _vouch_for(member: Member, group: str) -> None:
    """Two confirmed colleagues vouch; where there are none yet, an administrator has checked."""
    colleagues = Affiliation.objects.valid().filter(group=group).exclude(member=member)
    vouchers = [each.member for each in colleagues.select_related("member")[: Affiliation.VOUCHERS]]
    if len(vouchers) < Affiliation.VOUCHERS:
        affiliations.grant(member, by=THE_HOUSE, group=group, note="Checked by telephone.")
        return
    asked = affiliations.ask(by=member, group=group, way=Affiliation.Way.VOUCHED)
    for voucher in vouchers:
        affiliations.vouch(asked, by=voucher)


def _host_starters(town: Town) -> None:
    for slug, hosts in HOSTS.items():
        circle = Circle.objects.get(slug=slug)
        town.circles[slug] = circle
        for key in hosts:
            membership = circles.enter(circle, by=town.people[key])
            circles.make_host(membership, by=THE_HOUSE)


def _found(row: Row, town: Town, *, at: datetime) -> None:
    founder, *other_hosts = row["hosts"]
    slug = row["slug"]
    with pretend(at):
        circle = circles.found(
            by=town.people[founder],
            title=row["title"],
            kind=row["kind"],
            about=row["about"],
            rules=row["rules"],
            theme=Theme.objects.get(slug=row["theme"]),
            attribution=row["attribution"],
            required_groups=row.get("required_groups", ()),
            slug=f"{slug}-{town.dice.randrange(10_000):04}" if row["kind"] == "hidden" else slug,
        )
    town.circles[slug] = circle
    for number, key in enumerate(key for key in row["members"] if key != founder):
        with pretend(at + timedelta(hours=9 + 16 * number)):
            membership = _let_in(town.people[key], circle, host=town.people[founder])
            if key in other_hosts:
                circles.make_host(membership, by=town.people[founder])


def _let_in(member: Member, circle: Circle, *, host: Member) -> Membership:
    if circle.kind == Circle.Kind.CLOSED:
        words = "I would like to learn from the others and bring what we do."
        circles.accept_request(circles.request_entry(circle, by=member, words=words), by=host)
        return circle.memberships.get(member=member)
    if circle.kind == Circle.Kind.HIDDEN:
        return circles.accept_invitation(
            circles.invite(circle, by=host, email=member.email), by=member
        )
    return circles.enter(circle, by=member)


def _enter_by_theme(rows: Iterable[Row], town: Town, *, since: datetime) -> None:
    """Members enter the circles of their themes, and now and then another one."""
    begin_to_today = (town.today - since).days
    for row in rows:
        member = town.people[row["key"]]
        if row["key"] in NO_CIRCLES:
            continue
        wanted = {slug for slug in HOSTS if slug in row["themes"] or town.dice.random() < 0.2}
        for slug in sorted(wanted - {each.circle.slug for each in member.my_memberships}):
            with pretend(since + timedelta(days=town.dice.uniform(0, begin_to_today - 5))):
                circles.enter(town.circles[slug], by=member)


def _leave_things_waiting(town: Town) -> None:
    crowds = town.circles["crowds-and-events"]
    for number, (key, words) in enumerate(REQUESTS.items(), start=1):
        with pretend(town.today - timedelta(days=number, hours=3)):
            circles.request_entry(crowds, by=town.people[key], words=words)
    with pretend(town.today - timedelta(days=2)):
        circles.invite(
            crowds,
            by=town.people["crowd-liaison-nl"],
            email="steward-coordinator@example.org",
            words="You told me about your stewards' radio code. Please tell the others.",
        )


def _sign_ins(town: Town) -> list[str]:
    lines = [f"  {town.people[key].email:<40} {part}" for key, part in PERSONAS.items()]
    return [f"Sign in with the password {town.password} as", *lines]
