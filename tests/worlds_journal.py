"""The journal's part of a generated world: articles, documents and a page, in every state.

The rules are written down a second time here, in plain Python: what is published is for
everybody, what is retracted keeps its title, everything else is for editors and authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from media4sec.journal import services
from media4sec.journal.models import Article, Document, DocumentFile, Page
from media4sec.kit import drafts, uploads
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme, Upload
from media4sec.kit.refs import Ref
from media4sec.members.models import Member

Rule = Callable[[Member | None], bool]
#: Where the journal's things are read or written: not what the door table calls a list.
DOORS = r"journal/(desk|preview|piece-\d)|library/(desk|paper-\d)"


@dataclass
class Journal:
    articles: list[Article] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    def slugs(self) -> list[str]:
        return [each.slug for each in self.articles]

    def refs(self) -> list[Ref]:
        return [Ref.to(each) for each in [*self.articles, *self.documents]]


def add_journal(world: Any, token: Callable[[str], str], secret: Callable[..., Any]) -> None:
    """An article in each state and two documents, through the services; cleo and ben are editors.

    ``anna`` is no editor, and is named as an author of every article.
    """
    people = world.people
    cleo, ben, anna = people["cleo"], people["ben"], people["anna"]
    for editor in (cleo, ben):
        editor.is_editor = True
        editor.save(update_fields=["is_editor"])
    world.named_speakers.add(anna.pk)
    theme, _new = Theme.objects.get_or_create(
        slug="trolling",
        defaults={"title": "Trolling", "icon": "tag", "position": 1, "body": "", "body_html": ""},
    )
    press = _Press(world, token, secret, theme, cleo, ben, anna)
    for number, state in enumerate(Article.State):
        press.article(number, str(state))
    press.document(1, "draft")
    press.document(2, "published")
    press.page()


@dataclass
class _Press:
    world: Any
    token: Callable[[str], str]
    secret: Callable[..., Any]
    theme: Theme
    writer: Member
    reviewer: Member
    author: Member

    def article(self, number: int, state: str) -> None:
        title, standfirst, body = (self.token(kind) for kind in ("title", "first", "text"))
        article = services.draft(
            services.Words(
                title=f"Piece {title}",
                standfirst=f"It says {standfirst}.",
                body=f"Words {body} words.",
                theme=self.theme,
                authors=[self.author],
                slug=f"piece-{number}",
            ),
            by=self.writer,
        )
        self._file(article)
        self._steps(article, state)
        self.world.journal.articles.append(article)
        inside = self._rule(state, public=("published",))
        label = Label.CLEAR if state == "published" else Label.RED
        if state == "retracted":  # stands above the reason, at its address and nowhere else
            self._know(title, "headline", article, label, lambda who: True)
        else:
            self._know(title, "title", article, label, inside)
        self._know(standfirst, "body", article, label, inside)
        self._know(body, "body", article, label, inside)
        self._draft_of_an_editor(article)

    def _steps(self, article: Article, state: str) -> None:
        if state == "draft":
            return
        services.submit(article, by=self.writer)
        if state == "scheduled":
            later = timezone.now() + timedelta(days=3)
            services.schedule(article, by=self.reviewer, version=1, at=later)
        elif state != "in_review":
            services.publish(article, by=self.reviewer, version=1)
        if state == "retracted":
            services.retract(article, by=self.writer, reason="The figures were wrong.")

    def _file(self, article: Article) -> None:
        name = self.token("pdf")
        upload = self._upload(article, f"{name}.pdf", b"%PDF-1.4 %%EOF")
        article.attachments = [uploads.summary(upload)]
        article.save(update_fields=["attachments"])

    def _upload(self, thing: Any, name: str, content: bytes) -> Upload:
        here = Ref.to(thing)
        upload = Upload.objects.create(
            owner=self.writer,
            type=Upload.Type.PDF,
            name=name,
            size=len(content),
            file=ContentFile(content, name="x.pdf"),
            thing_kind=here.kind,
            thing_id=here.pk,
            at=timezone.now(),
        )
        self.world.files.append(upload.pk)
        return upload

    def _draft_of_an_editor(self, article: Article) -> None:
        """What an editor has not saved is nobody else's, not even another editor's."""
        words = self.token("draft")
        drafts.keep(self.reviewer, f"article:{article.pk}:{article.version}", {"body": words})
        mine = self.reviewer.pk
        self._know(words, "body", article, Label.RED, lambda who: bool(who and who.pk == mine))

    def document(self, number: int, state: str) -> None:
        title, abstract, inside = (self.token(kind) for kind in ("title", "abstract", "inside"))
        document = services.add_document(
            services.Sheet(
                title=f"Paper {number}",
                type=Document.Type.REPORT,
                dated=timezone.localdate(),
                authors=[f"Body {title}"],
                theme=self.theme,
                abstract=f"About {abstract}.",
            ),
            by=self.writer,
        )
        upload = self._upload(document, "paper.pdf", f"%PDF-1.4 {inside} %%EOF".encode())
        DocumentFile.objects.create(
            document=document, upload=upload, state="read", pages=1, pages_read=1, text=inside
        )
        if state == "published":
            services.publish_document(document, by=self.writer)
        self.world.journal.documents.append(document)
        rule = self._rule(state, ("published",), authors=False)
        label = Label.CLEAR if state == "published" else Label.RED
        for word in (title, abstract, inside):
            self._know(word, "body", document, label, rule)

    def page(self) -> None:
        """What editors changed is for everybody; what one of them is changing is not."""
        public, mine = self.token("page"), self.token("draft")
        page = Page.objects.create(
            slug="about", title="About", summary="It.", body=public, changed_at=timezone.now()
        )
        drafts.keep(self.writer, f"page:{page.pk}:1", {"body": mine})
        pk = self.writer.pk
        self._know(public, "body", page, Label.CLEAR, lambda who: True)
        self._know(mine, "body", page, Label.RED, lambda who: bool(who and who.pk == pk))

    def _rule(self, state: str, public: tuple[str, ...], *, authors: bool = True) -> Rule:
        editors, author = {self.writer.pk, self.reviewer.pk}, self.author.pk

        def rule(visitor: Member | None) -> bool:
            if state in public:
                return True
            if visitor is None or visitor.suspended_at is not None:
                return False
            return visitor.pk in editors or (authors and visitor.pk == author)

        return rule

    def _know(self, word: str, kind: str, thing: Any, label: str, rule: Rule) -> None:
        self.world.secrets.append(self.secret(word, kind, thing, label, rule))


def values(journal: Journal) -> dict[tuple[str, str], list[Any]]:
    """What can stand in the journal's addresses."""
    articles = [each.pk for each in journal.articles]
    documents = [each.pk for each in journal.documents]
    return {
        ("journal/desk/pages/", "slug"): ["about"],
        ("journal/desk/pages/", "version"): [1],
        ("journal/desk/previews/", "pk"): [1],
        ("journal/desk/series/", "slug"): ["x"],
        ("journal/desk/", "pk"): articles,
        ("journal/desk/", "version"): [1],
        ("journal/preview/", "pk"): [1],
        ("journal/series/", "slug"): ["x"],
        ("journal/", "slug"): journal.slugs(),
        ("library/desk/files/", "pk"): [1],
        ("library/desk/", "pk"): documents,
        ("library/<slug:slug>/cite/", "style"): ["bibtex", "ris", "csl"],
        ("library/", "slug"): [each.slug for each in journal.documents],
    }


def must_be_there(secret: Any, visitor: Any, door: str) -> bool:
    """Readers find what is theirs on its page; everybody finds by search what is published."""
    thing = secret.thing
    if isinstance(thing, Page):
        return door == "/about/" and secret.label == Label.CLEAR
    if secret.kind == "title" and secret.label == Label.CLEAR:
        return door in {f"/search/?q={secret.token}", thing.get_absolute_url(), "/journal/"}
    is_text = re.match(r"zq(text|first)", secret.token) and thing.state != "retracted"
    return bool(is_text) and door == thing.get_absolute_url()
