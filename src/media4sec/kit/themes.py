"""The themes the community learns about, read from what ships as files."""

from pathlib import Path

from media4sec.kit import markdown
from media4sec.kit.content import read_rows
from media4sec.kit.models import Theme

FILE = Path(__file__).parent / "data" / "en" / "themes.toml"


def load_themes() -> list[str]:
    """Write the themes as the file has them; running it twice changes nothing.

    Nobody edits themes on the site, so the file always wins.
    """
    done = []
    for position, row in enumerate(read_rows(FILE, "theme"), start=1):
        said = {
            "title": row["title"],
            "icon": row["icon"],
            "summary": row["summary"],
            "body": row["body"].strip(),
            "body_html": markdown.render(row["body"].strip()),
            "questions": row["questions"],
            "position": position,
        }
        theme = Theme.objects.filter(slug=row["slug"]).first() or Theme(slug=row["slug"])
        verb = "changed" if theme.pk else "added"
        if any(getattr(theme, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(theme, name, value)
            theme.save()
            done.append(f"theme {verb}: {theme.title}")
    return done
