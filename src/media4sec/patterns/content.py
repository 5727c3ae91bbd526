"""The starter patterns that come with the software, and the check that they are complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from media4sec.kit import content as files
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.models import Group
from media4sec.patterns import services
from media4sec.patterns.card import Card, check
from media4sec.patterns.models import Judgement, Pattern, PatternRelation

FOLDER = Path(__file__).parent / "data" / "en"
#: As the files call the stakeholder groups.
GROUPS = {
    "law-enforcement": Group.LAW_ENFORCEMENT,
    "security-organisation": Group.SECURITY,
    "policy-maker": Group.POLICY,
    "local-community": Group.COMMUNITY,
    "researcher": Group.RESEARCH,
    "business": Group.BUSINESS,
    "social-media-user": Group.USER,
}


def shipped() -> list[files.Text]:
    """The cards as files, by address."""
    return [files.read_text(path) for path in sorted((FOLDER / "patterns").glob("*.md"))]


def shipped_relations() -> list[dict[str, Any]]:
    return files.read_rows(FOLDER / "relations.toml", "relation")


def card_of(text: files.Text) -> Card:
    """What a file says, as a card."""
    return Card.read({**text.head, "context": text.body})


@transaction.atomic
def load_content() -> list[str]:
    """Add the patterns that are missing, publish anew those whose file changed and that no member
    has taken over. Twice changes nothing."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    if not themes:
        return []
    texts = shipped()
    done = [line for text in texts if (line := _load(text, themes))]
    if done:
        _relate(texts)
    return done


def _load(text: files.Text, themes: dict[str, Theme]) -> str:
    found = Pattern.objects.filter(slug=text.slug).first()
    sheet = _sheet(text, themes)
    if found is None:
        pattern = services.publish_starter(sheet, by=THE_HOUSE)
        _judge(pattern, text)
        return f"pattern added: {pattern.title}"
    if found.is_starter and services.differs(found, sheet):
        services.publish_version(
            found, sheet, by=THE_HOUSE, changes="The text that comes with the software was revised."
        )
        return f"pattern refreshed: {found.title}"
    return ""


def _sheet(text: files.Text, themes: dict[str, Theme]) -> services.Sheet:
    head = text.head
    first, *others = [themes[slug] for slug in head["themes"]]
    return services.Sheet(
        slug=text.slug,
        title=head["title"],
        summary=head["summary"],
        card=check(card_of(text)),
        theme=first,
        other_theme=others[0] if others else None,
        actors=head["actors"],
        platforms=head["platforms"],
        phases=head["phases"],
        origin=head["origin"],
        is_group=head["is_group"],
    )


def _judge(pattern: Pattern, text: files.Text) -> None:
    """The judgements that came with a new pattern; those of members are theirs."""
    Judgement.objects.bulk_create(
        Judgement(
            pattern=pattern,
            face=view["face"],
            group=GROUPS[view["from"]],
            because=view["because"],
            at=pattern.published_at,
        )
        for view in text.head["views"]
    )


def _relate(texts: list[files.Text]) -> None:
    """Groups and relations, once all patterns are there. What members related stays."""
    found = Pattern.objects.only("pk", "slug", "group_id", "is_starter")
    by_slug = {pattern.slug: pattern for pattern in found}
    for text in texts:
        pattern, group = by_slug[text.slug], by_slug.get(text.head["group"])
        if group and pattern.is_starter and pattern.group_id != group.pk:
            Pattern.objects.filter(pk=pattern.pk).update(group=group)
    # Between patterns that members have taken over, what is missing was taken away by them.
    ours = {slug for slug, pattern in by_slug.items() if pattern.is_starter}
    PatternRelation.objects.bulk_create(
        [
            PatternRelation(
                source=by_slug[row["from"]],
                how=row["how"],
                target=by_slug[row["to"]],
                because=row.get("because", ""),
            )
            for row in shipped_relations()
            if {row["from"], row["to"]} <= ours
        ],
        ignore_conflicts=True,
    )
    services.keep_beside(Pattern.objects.all())
