"""Experiences in bulk, for the measure of the catalogue."""

import random
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from bench.world import in_batches, words
from media4sec.kit.marking import Label
from media4sec.kit.models import Face, Theme
from media4sec.members.models import Circle, Group, Member, Membership
from media4sec.patterns.models import (
    Actor,
    Clock,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
)

LABELS = [Label.CLEAR] * 6 + [Label.GREEN] * 3 + [Label.AMBER]
COUNTRIES = ["NL", "DE", "ES", "FR", "IE", "GR", "PT", "SE", "BE", "FI"]
_dice = random.Random(7)


def begin() -> Member:
    """An empty, migrated database with its themes and patterns, fifty members and a circle."""
    call_command("build_assets", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    call_command("load_content", verbosity=0)  # patterns need the themes of the first round
    now = timezone.now()
    Member.objects.bulk_create(
        Member(
            email=f"catalogue{number}@example.org",
            name=f"Member number {number}",
            group=_dice.choice(list(Group)),
            country=_dice.choice(COUNTRIES),
            confirmed_at=now,
            welcomed_at=now,
            password="!",
        )
        for number in range(50)
    )
    circle = Circle.objects.create(
        slug="catalogue", title="Catalogue", kind=Circle.Kind.CLOSED, label=Label.AMBER
    )
    for member in Member.objects.all()[:25]:
        Membership.objects.create(member=member, circle=circle, since=now)
    return Member.objects.order_by("pk")[0]


def add(count: int) -> None:
    people = list(Member.objects.all())
    themes, patterns = list(Theme.objects.all()), list(Pattern.objects.all())
    circle = Circle.objects.get(slug="catalogue")
    through = Experience.patterns.through
    tick = Clock.tick("experience")
    for batch in in_batches(_experience(people, themes, circle, tick) for _ in range(count)):
        made = Experience.objects.bulk_create(batch)
        through.objects.bulk_create(
            through(experience=each, pattern=_dice.choice(patterns)) for each in made
        )


def _experience(people, themes, circle, tick) -> Experience:
    label = _dice.choice(LABELS)
    text = words(_dice, 60)

    def some(kind) -> list[str]:
        return [str(each) for each in _dice.sample(list(kind), _dice.randint(1, 2))]

    return Experience(
        ticked=tick,
        author=_dice.choice(people),
        circle=circle if label == Label.AMBER else None,
        label=label,
        title=words(_dice, 6),
        did=text,
        happened=text,
        html={"did": f"<p>{text}</p>", "happened": f"<p>{text}</p>"},
        outcome=_dice.choice(list(Outcome)),
        theme=_dice.choice(themes),
        face=_dice.choice([*Face, ""]),
        country=_dice.choice(COUNTRIES),
        place=words(_dice, 2),
        size=_dice.choice(list(Size)),
        actors=some(Actor),
        groups=some(Group),
        platforms=some(Platform),
        phases=some(Phase),
        language=_dice.choice(["en", "de", "nl"]),
        evidence=_dice.choice([each for each in Evidence if each]),
        told_at=timezone.now() - timedelta(minutes=_dice.randint(0, 400_000)),
    )
