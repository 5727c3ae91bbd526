"""Writing articles: drafts, changes, the addresses they have, what they read like before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from media4sec.journal import rules, writing  # noqa: F401 - whoever comes in meets the rules
from media4sec.journal.models import Address, Article, Authorship, Series
from media4sec.kit import revisions, typed
from media4sec.kit import uploads as files
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Face, Link, Revision, Theme, Upload
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.countries import LANGUAGE_CODES
from media4sec.members.models import Member

MOST_AUTHORS = 10
_TEXT = [
    "title",
    "standfirst",
    "body",
    "body_html",
    "minutes",
    "theme",
    "other_theme",
    "face",
    "language",
    "series",
    "attachments",
]


@dataclass(frozen=True)
class Words:
    """All that is written and chosen in the form of an article."""

    title: str
    standfirst: str
    body: str
    theme: Theme
    other_theme: Theme | None = None
    face: str = ""
    language: str = "en"
    series: Series | None = None
    #: Members, or guests by role, in the order they are named.
    authors: Sequence[Member | str] = ()
    #: The end of the address; "" makes one of the title.
    slug: str = ""
    uploads: Sequence[Upload | int] = ()


def enter(article: Article, *, by: Any, permission: str) -> None:
    """Gate and lock; asked twice, for it may have changed while we waited."""
    require(by, permission, article)
    article.refresh_from_db(from_queryset=Article.objects.select_for_update())
    require(by, permission, article)


@transaction.atomic
def draft(words: Words, *, by: Member) -> Article:
    """Begin an article that only its authors and editors see."""
    require(by, "journal.write")
    article = Article(written_by=by, written_at=now(), theme=words.theme)
    _take(article, words)
    article.slug = _free_slug(words.slug or article.title, article)
    _insert(article)
    if words.uploads:
        article.attachments = files.attach(words.uploads, to=article, by=by)
    # Only now: its text may show pictures, and these need something that carries them.
    article.body_html = writing.html_of(article.body, article.attachments)
    article.save(update_fields=["body_html", "attachments"])
    _name_authors(article, words.authors or [by])
    record(by, "drafted", article)
    return article


def _insert(article: Article) -> None:
    try:
        with transaction.atomic():
            article.save(force_insert=True)
            Address.objects.create(slug=article.slug, article=article)
    except IntegrityError as error:
        raise Refused(_("Somebody has just taken this address. Try again.")) from error


@transaction.atomic
def edit(article: Article, words: Words, *, by: Member, base_version: int) -> Article:
    """Change an article; how it read stays in its history.

    What was scheduled goes back to review, so that nothing appears which nobody has read. Whoever
    changes what is in review has sent it in: another editor reads it, not they.
    """
    enter(article, by=by, permission="journal.edit_article")
    if base_version != article.version:
        raise EditedMeanwhile
    if article.state == Article.State.RETRACTED:
        raise Refused(_("This article was retracted. It is not changed any more."))
    _keep_history(article)
    if words.uploads:
        article.attachments = files.attach(words.uploads, to=article, by=by)
    _take(article, words)
    article.body_html = writing.html_of(article.body, article.attachments)
    if words.slug:
        _move(article, words.slug)
    if words.authors:
        _name_authors(article, words.authors)
    if article.state in {Article.State.IN_REVIEW, Article.State.SCHEDULED}:
        article.state, article.publish_at = Article.State.IN_REVIEW, None
        article.submitted_by, article.submitted_at = by, now()
        article.reviewed_by = article.reviewed_at = None
    _save_edit(article)
    record(by, "edited", article, version=article.version)
    return article


def _save_edit(article: Article) -> None:
    article.version += 1
    article.edited_at = now()
    if article.is_published:
        article.changed_at = article.edited_at
    article.save(
        update_fields=[
            *_TEXT,
            *("slug", "state", "publish_at", "version", "edited_at", "changed_at"),
            *("submitted_by", "submitted_at", "reviewed_by", "reviewed_at"),
        ]
    )


def _keep_history(article: Article) -> None:
    revisions.keep(
        article,
        title=article.title,
        body=writing.joined(article.standfirst, article.body),
        version=article.version,
        at=article.edited_at or article.written_at,
    )


@transaction.atomic
def restore(article: Article, *, by: Member, base_version: int, version: int) -> Article:
    """Let it read as it did in that version; how it reads now is kept as well."""
    require(by, "journal.edit_article", article)
    here = Ref.to(article)
    old = Revision.objects.filter(thing_kind=here.kind, thing_id=here.pk, version=version).first()
    if old is None:
        raise Refused(_("There is no such version."))
    standfirst, body = writing.parted(old.body)
    words = Words(
        title=old.title,
        standfirst=standfirst,
        body=body,
        theme=article.theme,
        other_theme=article.other_theme,
        face=article.face,
        language=article.language,
        series=article.series,
    )
    return edit(article, words, by=by, base_version=base_version)


@transaction.atomic
def throw_away(article: Article, *, by: Member) -> None:
    """A draft that never appeared goes for good, with its files and its history."""
    enter(article, by=by, permission="journal.order")
    if article.state not in {Article.State.DRAFT, Article.State.IN_REVIEW}:
        raise Refused(_("Only a draft can be thrown away. What has appeared is retracted."))
    record(by, "thrown_away", article)
    files.wipe(article)
    revisions.wipe(article)
    here = Ref.to(article)
    Link.objects.filter(source_kind=here.kind, source_id=here.pk).delete()
    Link.objects.filter(target_kind=here.kind, target_id=here.pk).delete()
    article.delete()


@transaction.atomic
def start_series(*, by: Member, title: str, summary: str) -> Series:
    """A shelf for articles that belong together."""
    require(by, "journal.write")
    title = typed.clean_title(title, most=120)
    slug = writing.clean_slug(title, fallback="series")
    if Series.objects.filter(slug=slug).exists():
        raise Refused(_("There is a series of this name already."))
    summary = writing.clean_sentence(summary, missing=_("Say what it is about."), most=300)
    series = Series.objects.create(slug=slug, title=title, summary=summary, begun_at=now())
    record(by, "began_series", series)
    return series


@transaction.atomic
def revise_series(series: Series, *, by: Member, title: str, summary: str) -> Series:
    """Call it otherwise; its address stays."""
    require(by, "journal.write")
    series.title = typed.clean_title(title, most=120)
    missing = _("Say what it is about.")
    series.summary = writing.clean_sentence(summary, missing=missing, most=300)
    series.save(update_fields=["title", "summary"])
    record(by, "revised_series", series)
    return series


# What is written


def _take(article: Article, words: Words) -> None:
    article.title = typed.clean_title(words.title)
    article.standfirst = writing.clean_sentence(
        words.standfirst, missing=_("Write a standfirst: one or two sentences."), most=300
    )
    article.body = typed.clean_body(words.body)
    article.minutes = writing.minutes_of(article.body)
    article.theme = words.theme
    article.other_theme = words.other_theme if words.other_theme != words.theme else None
    article.face = Face(words.face) if words.face else ""
    article.language = words.language if words.language in LANGUAGE_CODES else "en"
    article.series = words.series


def _name_authors(article: Article, authors: Sequence[Member | str]) -> None:
    named: list[Member | str] = []
    for each in authors:
        author = each if isinstance(each, Member) else clean_line(each)[:120]
        if author and author not in named:
            named.append(author)
    if not named:
        raise Refused(_("Say who wrote it: a member, or a guest by role."))
    if len(named) > MOST_AUTHORS:
        raise Refused(_("Name ten authors or fewer."))
    article.authorships.all().delete()
    Authorship.objects.bulk_create(
        Authorship(
            article=article,
            position=position,
            member=each if isinstance(each, Member) else None,
            guest=each if isinstance(each, str) else "",
        )
        for position, each in enumerate(named, start=1)
    )


# Addresses


def _free_slug(wish: str, article: Article) -> str:
    """An address nobody has or had; with a number behind it when the plain one is taken."""
    plain = writing.clean_slug(wish, fallback="article")
    taken = set(
        Address.objects.filter(slug__startswith=plain)
        .exclude(article_id=article.pk or 0)
        .values_list("slug", flat=True)
    )
    if plain not in taken:
        return plain
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{plain}-{n}") not in taken)


def _move(article: Article, wish: str) -> None:
    """A new address. The old one leads here from now on, if anybody can know it."""
    slug = writing.clean_slug(wish, fallback="article")
    if slug == article.slug:
        return
    taken = Address.objects.filter(slug=slug).first()
    if taken and taken.article_id != article.pk:
        raise Refused(_("This address belongs to another article, or did so before."))
    if not article.is_public:
        Address.objects.filter(article=article, slug=article.slug).delete()
    try:
        with transaction.atomic():
            Address.objects.get_or_create(slug=slug, article=article)
    except IntegrityError as error:
        raise Refused(_("This address belongs to another article, or did so before.")) from error
    article.slug = slug
