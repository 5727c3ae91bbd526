"""Articles and documents for tests."""

from datetime import date

import factory
from django.utils import timezone

from media4sec.journal import services
from media4sec.journal.models import Address, Article, Document
from media4sec.kit.models import Theme
from media4sec.members.tests.factories import MemberFactory


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)

    slug = "trolling"
    title = factory.LazyAttribute(lambda theme: theme.slug.replace("-", " ").capitalize())
    icon = "tag"
    summary = body = body_html = "What it is about."
    position = factory.Sequence(lambda number: number + 1)


class EditorFactory(MemberFactory):
    name = factory.Sequence("Editor {}".format)
    is_editor = True


class ArticleFactory(factory.django.DjangoModelFactory):
    """A published article, written by one editor and reviewed by another."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    title = factory.Sequence("Article {}".format)
    slug = factory.Sequence("article-{}".format)
    standfirst = "What it says in one sentence."
    body = "Words and more words."
    body_html = "<p>Words and more words.</p>"
    theme = factory.SubFactory(ThemeFactory)
    state = Article.State.PUBLISHED
    written_by = factory.SubFactory(EditorFactory)
    written_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SelfAttribute("written_by")
    reviewed_by = factory.SubFactory(EditorFactory)
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def authors(self, create, authors, **kwargs):
        Address.objects.create(slug=self.slug, article=self)
        for position, each in enumerate(authors or [self.written_by], start=1):
            is_guest = isinstance(each, str)
            self.authorships.create(
                position=position,
                member=None if is_guest else each,
                guest=each if is_guest else "",
            )


class DocumentFactory(factory.django.DjangoModelFactory):
    """A published report without files."""

    class Meta:
        model = Document

    title = factory.Sequence("Report {}".format)
    slug = factory.Sequence("report-{}".format)
    type = Document.Type.REPORT
    dated = date(2027, 3, 18)
    authors = factory.List(["Police academy"])
    theme = factory.SubFactory(ThemeFactory)
    licence = Document.Licence.BY
    abstract = "What is in it."
    abstract_html = "<p>What is in it.</p>"
    state = Document.State.PUBLISHED
    added_by = factory.SubFactory(EditorFactory)
    added_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyFunction(timezone.now)


def words(**changed):
    """The words of an article, some of them changed."""
    said = {
        "title": "A first title",
        "standfirst": "What it says.",
        "body": "Words and more words.",
        "theme": ThemeFactory(),
    }
    return services.Words(**{**said, **changed})


def sheet(**changed):
    """The sheet of a document, some of it changed."""
    said = {
        "title": "A report on listening",
        "type": Document.Type.REPORT,
        "dated": date(2027, 3, 18),
        "authors": ["Police academy"],
        "theme": ThemeFactory(),
        "abstract": "What is in it.",
    }
    return services.Sheet(**{**said, **changed})
