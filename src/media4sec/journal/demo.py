"""What the demo community has written, furnished through the services in the order of time."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import F

from media4sec.journal import pdf, services
from media4sec.journal.content import load_content
from media4sec.journal.models import Article, Document, Series
from media4sec.journal.papers import paper
from media4sec.kit import uploads
from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.links import link
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.town import Town
from media4sec.members.models import Member

Row = dict[str, Any]
DATA = Path(__file__).parent / "data" / "en" / "demo"
#: Who looks after the library.
LIBRARIAN = "crisis-researcher-de"
LINKED = [
    ("trolling-is-a-soft-word", "counter-card"),
    ("eleven-questions", "buyers-brief"),
    ("dark-web-for-local-police", "markets-paper"),
]


def furnish(town: Town) -> None:
    """Pages, then articles and documents over five months."""
    with pretend(town.today - timedelta(days=300)):
        load_content()
    press = _Press(town)
    for row in read_rows(DATA / "articles.toml", "series"):
        press.start_series(row)
    for row in read_rows(DATA / "documents.toml", "document"):
        press.shelve(row)
    for row in sorted(
        read_rows(DATA / "articles.toml", "article"), key=lambda row: -row["days_ago"]
    ):
        press.write(row)
    press.link()


class _Press:
    """What has been written so far."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        self.series: dict[str, Series] = {}
        self.articles: dict[str, Article] = {}
        self.documents: dict[str, Document] = {}

    def ago(self, days: float) -> datetime:
        """A working hour of that day, and never later than a few minutes ago."""
        moment = (self.town.today - timedelta(days=days)).replace(hour=9, minute=30)
        return min(moment, self.town.today - timedelta(minutes=3))

    def person(self, key: str) -> Member:
        member: Member = self.town.people[key]
        return member

    # Articles

    def start_series(self, row: Row) -> None:
        with pretend(self.ago(100)):
            self.series[row["slug"]] = services.start_series(
                by=self.person(LIBRARIAN), title=row["title"], summary=row["summary"]
            )

    def write(self, row: Row) -> None:
        """A week from the first line to the day it appears."""
        editor = self.person(row["editor"])
        state = row.get("until", "published")
        begun = max(row["days_ago"] + 6, 1)
        with pretend(self.ago(begun)):
            article = services.draft(self._words(row, editor), by=editor)
        self.articles[row["key"]] = article
        if state == "draft":
            return
        with pretend(self.ago(begun - 2)):
            services.submit(article, by=editor)
        if state == "in_review":
            return
        self._let_appear(article, row, state)

    def _let_appear(self, article: Article, row: Row, state: str) -> None:
        reviewer = self.person(row["reviewer"])
        if state == "scheduled":
            at = (self.town.today - timedelta(days=row["days_ago"])).replace(hour=7, minute=30)
            with pretend(self.ago(0)):
                services.schedule(article, by=reviewer, version=1, at=at)
            return
        with pretend(self.ago(row["days_ago"])):
            services.publish(article, by=reviewer, version=1)
        if state == "retracted":
            with pretend(self.ago(row["days_ago"] - 30)):
                services.retract(article, by=reviewer, reason=row["retraction"])

    def _words(self, row: Row, editor: Member) -> services.Words:
        pictures = [_street(editor)] if row.get("picture") else []
        body = row["body"].strip()
        for picture in pictures:
            body = body.replace("[picture street:", f"[picture {picture.pk}:")
        return services.Words(
            title=row["title"],
            standfirst=row["standfirst"],
            body=body,
            theme=self.themes[row["theme"]],
            other_theme=self.themes.get(row.get("other_theme", "")),
            face=row.get("face", ""),
            series=self.series.get(row.get("series", "")),
            authors=[self.town.people.get(key, key) for key in row["author"]],
            slug=row["key"],
            uploads=pictures,
        )

    # The library

    def shelve(self, row: Row) -> None:
        librarian = self.person(LIBRARIAN)
        with pretend(self.ago(row["days_ago"] + 1)):
            document = services.add_document(self._sheet(row), by=librarian)
            content = paper(row["pages"], title=row["title"])
            file = services.add_file(
                document, by=librarian, file=ContentFile(content, name=f"{row['key']}.pdf")
            )
            for line in row["editions"]:
                said = {name: value for name, value in line.items() if name != "days_ago"}
                dated = self.ago(line["days_ago"]).date()
                services.add_edition(document, by=librarian, dated=dated, **said)
            # At once, so that the first look around finds covers; the worker would do the same.
            services.keep_reading(file.pk, pdf.read(file.upload.file.path), by=THE_HOUSE)
        with pretend(self.ago(row["days_ago"])):
            services.publish_document(document, by=librarian)
        self.documents[row["key"]] = document

    def _sheet(self, row: Row) -> services.Sheet:
        return services.Sheet(
            title=row["title"],
            type=row["type"],
            dated=self.ago(row["days_ago"]).date(),
            authors=row["authors"],
            theme=self.themes[row["theme"]],
            other_theme=self.themes.get(row.get("other_theme", "")),
            abstract=row["abstract"],
            licence=row["licence"],
            publisher=row.get("publisher", ""),
            number=row.get("number", ""),
        )

    def link(self) -> None:
        for here, there in LINKED:
            article, document = self.articles[here], self.documents[there]
            link(article, "see_also", document, by=article.written_by)
            for model, pk in ((Article, article.pk), (Document, document.pk)):
                model.objects.filter(pk=pk).update(link_count=F("link_count") + 1)


def _street(owner: Member) -> Any:
    """A picture of our own: a street by night, drawn with a few strokes."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to import

    image = Image.new("RGB", (1200, 600), "#0d1b33")
    draw = ImageDraw.Draw(image)
    for number, height in enumerate((210, 300, 250, 340, 230, 290, 260, 320)):
        left = number * 150
        draw.rectangle((left, 480 - height, left + 140, 480), fill="#16294a")
        for row in range(3):
            lit = (number * 5 + row * 3) % 4 == 0
            top = 500 - height + row * 60
            for column in (25, 85):
                box = (left + column, top, left + column + 28, top + 34)
                draw.rectangle(box, fill="#f4d58a" if lit else "#0d1b33")
    draw.rectangle((0, 480, 1200, 600), fill="#0a1426")
    draw.polygon([(900, 90), (620, 600), (1180, 600)], fill="#16315f")
    draw.ellipse((884, 74, 916, 106), fill="#4c93ff")
    written = io.BytesIO()
    image.save(written, "PNG")
    return uploads.receive(
        owner=owner,
        file=ContentFile(written.getvalue(), name="street.png"),
        alt="A street at night with dark houses, a few lit windows and a cone of blue light",
        place="article:new",
    )
