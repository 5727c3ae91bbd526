"""The circles every community starts with: one for each theme."""

from pathlib import Path

from media4sec.kit import markdown
from media4sec.kit.content import read_rows
from media4sec.kit.models import Activity, Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle
from media4sec.members.services.circles import found

FILE = Path(__file__).parent / "data" / "en" / "circles.toml"


def load_content() -> list[str]:
    """Found the starter circles that are missing, refresh those nobody has revised."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    done = []
    for row in read_rows(FILE, "circle"):
        circle = Circle.objects.filter(slug=row["slug"]).first()
        if circle is None:
            _found(row, themes[row["theme"]])
            done.append(f"circle founded: {row['title']}")
        elif circle.is_starter and not _was_revised(circle) and _refresh(circle, row):
            done.append(f"circle refreshed: {row['title']}")
    return done


def _found(row: dict[str, str], theme: Theme) -> Circle:
    circle = found(
        by=THE_HOUSE,
        slug=row["slug"],
        title=row["title"],
        kind=row["kind"],
        about=row["about"],
        rules=row["rules"],
        theme=theme,
    )
    circle.is_starter = True
    circle.save(update_fields=["is_starter"])
    return circle


def _was_revised(circle: Circle) -> bool:
    """A member's hand has been on it: what ships never overwrites that."""
    return (
        Activity.objects.about(Ref.to(circle)).filter(actor__isnull=False, verb="revised").exists()
    )


def _refresh(circle: Circle, row: dict[str, str]) -> bool:
    about, rules = markdown.clean_text(row["about"]), markdown.clean_text(row["rules"])
    if (circle.title, circle.about, circle.rules) == (row["title"], about, rules):
        return False
    circle.title, circle.about, circle.rules = row["title"], about, rules
    circle.about_html, circle.rules_html = markdown.render(about), markdown.render(rules)
    circle.save(update_fields=["title", "about", "rules", "about_html", "rules_html"])
    return True
