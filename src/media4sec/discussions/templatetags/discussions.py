"""Posts and rows of topics: they stand on a page by the twenty, so they are strings, not templates.

Whatever comes in is escaped by ``format_html``; only ``PostRow.html`` is trusted already.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from media4sec.discussions.forms import ReplyForm
from media4sec.discussions.models import Topic
from media4sec.discussions.queries import File, PostRow, Row, Tally, TopicPage
from media4sec.kit.components.people import badge, byline
from media4sec.kit.components.small import NOTHING, face, icon, joined, tlp
from media4sec.kit.components.times import when
from media4sec.kit.marking import Attribution, Label

register = template.Library()


#: A longer post is made anew each time: it would push too many others out.
_MOST_LETTERS = 8_000


@register.simple_tag
def posts(rows: Iterable[PostRow], *, page: TopicPage) -> SafeString:
    """Posts one under the other, with what this visitor may do to each."""
    frame = Frame(
        page.base,
        page.history,
        page.language,
        page.is_member,
        "reply" in page.may,
        "accept" in page.may,
        page.is_answered,
        str(get_language()),
    )
    return joined(_made(row, frame) for row in rows)


def _made(row: PostRow, frame: "Frame") -> SafeString:
    make = _kept_post if len(row.html) < _MOST_LETTERS else _post
    return make(row, frame, when(row.at), when(row.edited_at))


@register.simple_tag
def blank_reply_fields(desk: Any) -> SafeString:
    """The fields under a topic while nobody has written into them: the same for everybody."""
    return _blank_fields(desk.mentions_url, "sealed" in desk.form.fields, str(get_language()))


@lru_cache(maxsize=512)
def _blank_fields(mentions_url: str, may_seal: bool, _language: str) -> SafeString:
    named = Attribution.NAMED if may_seal else Attribution.CHATHAM
    form = ReplyForm(topic=Topic(label=Label.RED, attribution=named))
    desk = {"form": form, "mentions_url": mentions_url, "files": (), "draft": {}}
    return render_to_string("discussions/_reply_fields.html", {"desk": desk, "page": True})


@register.simple_tag
def topic_rows(rows: Iterable[Row]) -> SafeString:
    """Topics as items of a list."""
    return joined(_topic_row(row) for row in rows)


class Frame(NamedTuple):
    """What is the same for all posts of a page."""

    base: str
    history: str
    language: str
    is_member: bool
    may_reply: bool
    may_accept: bool
    is_answered: bool
    readers_language: str


def _post(row: PostRow, frame: Frame, at: SafeString, edited: SafeString) -> SafeString:
    return _Parts(frame).post(row, at, edited)


#: The same post in the same frame looks the same to everybody: nothing else goes into it.
_kept_post = lru_cache(maxsize=2048)(_post)


class _Parts:
    """The parts of posts, in the order in which they stand."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def post(self, row: PostRow, at: SafeString, edited: SafeString) -> SafeString:
        if row.is_shown_above:
            return self._shown_above(row)
        if row.hidden or row.is_deleted:
            return self._gap(row)
        return format_html(
            '<article class="{}" id="{}">{}<header>{}<span class="row row--tight">{}{}</span>'
            '</header><div class="post__body" lang="{}">{}</div>{}{}{}</article>{}',
            self._look(row),
            row.key,
            self._accepted() if row.is_accepted else NOTHING,
            byline(row.byline, time=row.at, verb=row.verb),
            self._marks(row),
            self._handle(row),
            self.frame.language,
            row.html,
            joined(_file(each) for each in row.files),
            self._edited(edited) if edited else NOTHING,
            self._foot(row),
            self._menu(row) if self.frame.is_member else NOTHING,
        )

    def _accepted(self) -> SafeString:
        text = _("Accepted by the person who asked")
        return format_html('<p class="status status--ok">{}{}</p>', icon("check-check"), text)

    def _look(self, row: PostRow) -> str:
        if row.is_accepted:
            return "post post--answer"
        return "post post--reply" if row.answers else "post"

    def _marks(self, row: PostRow) -> SafeString:
        """What is special about this post, before its number."""
        if not (row.answers or row.label or row.is_sealed or row.is_new):
            return NOTHING
        return format_html(
            "{}{}{}{}",
            self._answers(*row.answers) if row.answers else NOTHING,
            tlp(row.label),
            _status("venetian-mask", _("Chatham House mode")) if row.is_sealed else NOTHING,
            format_html('<span class="status status--info">{}</span>', _("New"))
            if row.is_new
            else NOTHING,
        )

    def _answers(self, number: int, url: str) -> SafeString:
        return format_html('<a class="tag" href="{}">{} #{}</a>', url, _("answers"), number)

    def _handle(self, row: PostRow) -> SafeString:
        """Its number, which is its address that stays, and the button of its menu."""
        number = (
            format_html('<a class="muted sm num" href="{}">#{}</a>', row.url, row.number)
            if row.number
            else NOTHING
        )
        if not self.frame.is_member:
            return number
        return format_html(
            '{}<button class="btn btn--quiet btn--icon" type="button" popovertarget="m-{}" '
            'aria-label="{}">{}</button>',
            number,
            row.key,
            _("More actions for this post"),
            icon("ellipsis"),
        )

    def _edited(self, edited: SafeString) -> SafeString:
        word: Any = _("edited")
        if self.frame.is_member:
            word = format_html('<a href="{}">{}</a>', self.frame.history, word)
        return format_html('<p class="sm muted">{} {}</p>', word, edited)

    def _foot(self, row: PostRow) -> SafeString:
        """Reactions, and the way to answer; nothing when there is neither."""
        tallies = joined(self._tally(tally, row) for tally in row.tallies)
        reply = self._reply(row) if self.frame.may_reply else NOTHING
        accept = self._accept(row) if self._may_accept(row) else NOTHING
        if not (tallies or reply or accept):
            return NOTHING
        return format_html('<div class="row">{}{}{}</div>', tallies, accept, reply)

    def _reply(self, row: PostRow) -> SafeString:
        return format_html(
            '<a class="btn btn--quiet btn--sm push" href="{}">{}{}</a>',
            row.reply_url,
            icon("reply"),
            _("Reply"),
        )

    def _tally(self, tally: Tally, row: PostRow) -> SafeString:
        if not row.may_react:
            return format_html(
                '<span class="react">{}{}{}</span>', icon(tally.icon), tally.title, _count(tally)
            )
        return reaction(tally, base=row.base)

    def _may_accept(self, row: PostRow) -> bool:
        """Who asked chooses among the replies that all readers see, until one is chosen."""
        if not self.frame.may_accept or not row.number or row.label:
            return False
        return row.is_accepted or not self.frame.is_answered

    def _accept(self, row: PostRow) -> SafeString:
        return format_html(
            '<button class="btn btn--line btn--sm" type="submit" form="react" formaction="{}">'
            "{}{}</button>",
            f"{self.frame.base}take-back/" if row.is_accepted else f"{row.base}accept/",
            icon("x" if row.is_accepted else "check"),
            _("Not the answer after all") if row.is_accepted else _("This answers my question"),
        )

    def _menu(self, row: PostRow) -> SafeString:
        items = joined(
            format_html('<a href="{}">{}{}</a>', item.url, icon(item.icon), item.text)
            for item in row.menu
        )
        return format_html(
            '<div class="menu" id="m-{}" popover>'
            '<a href="{}" data-copy="{}" data-done="{}">{}{}</a>{}</div>',
            row.key,
            row.url,
            row.url,
            _("The link is copied."),
            icon("link-2"),
            _("Copy link"),
            items,
        )

    def _shown_above(self, row: PostRow) -> SafeString:
        return format_html(
            '<p class="post muted" id="{}"><span class="row row--tight">'
            '<span class="num">#{}</span>{}<a href="#r{}">{}</a></span></p>',
            row.key,
            row.number,
            icon("check-check"),
            row.pk,
            _("The accepted answer, shown above"),
        )

    def _gap(self, row: PostRow) -> SafeString:
        return format_html(
            '<article class="post" id="{}"><p class="muted">{}{}{}</p></article>',
            row.key,
            f"#{row.number} " if row.number else "",
            self._why_hidden(row) if row.hidden else _("Deleted by the person who wrote it."),
            self._own(row.own_url) if row.own_url else NOTHING,
        )

    def _why_hidden(self, row: PostRow) -> str:
        return _("Hidden by a moderator. Reason: %(reason)s") % {"reason": row.hidden}

    def _own(self, url: str) -> SafeString:
        return format_html(' <a href="{}">{}</a>', url, _("Your text and the reasons"))


@register.simple_tag
def reaction(tally: Tally, *, base: str) -> SafeString:
    """A small word as a button: it says what it wants, so that a double click changes nothing."""
    url = f"{base}react/{tally.word}/"
    return format_html(
        '<button class="react" type="submit" id="{}-{}" form="react" formaction="{}" name="on" '
        'value="{}" hx-post="{}" hx-swap="outerHTML" aria-pressed="{}">{}{}{}</button>',
        base.strip("/").replace("/", ""),
        tally.word,
        url,
        "no" if tally.is_mine else "yes",
        url,
        "true" if tally.is_mine else "false",
        icon(tally.icon),
        tally.title,
        _count(tally),
    )


def _count(tally: Tally) -> SafeString:
    return format_html(" <b>{}</b>", tally.count) if tally.count else NOTHING


def _file(file: File) -> SafeString:
    """A picture on the page, a PDF as a way to it."""
    if file.type == "picture":
        return format_html(
            '<p><a href="{}"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></a></p>',
            file.url,
            file.url,
            file.alt,
            file.width,
            file.height,
        )
    return format_html(
        '<p><a href="{}">{}{}</a> <span class="sm muted">PDF, {}</span></p>',
        file.url,
        icon("file-text"),
        file.name,
        filesizeformat(file.size),
    )


def _status(icon_name: str, text: str, tone: str = "info") -> SafeString:
    look = f"status status--{tone}" if tone else "status"
    return format_html('<span class="{}">{}{}</span>', look, icon(icon_name), text)


def _topic_row(row: Row) -> SafeString:
    return format_html(
        '<li{}>{}<div class="list__main"><a href="{}">{}</a><span class="meta">{}<span>{}</span>'
        "<span>{}</span><span>{}</span>{}</span></div>"
        '<span class="row row--tight">{}{}{}</span></li>',
        _IS_NEW if row.is_new else NOTHING,
        badge(row.byline, small=True),
        row.url,
        row.title,
        format_html("<span>{}</span>", row.place) if row.place else NOTHING,
        row.source,
        row.replies,
        when(row.at),
        format_html("<span>{}</span>", row.reason) if row.reason else NOTHING,
        joined(_states(row)),
        face(row.face),
        tlp(row.label),
    )


_IS_NEW = format_html(' class="{}"', "is-new")


def _states(row: Row) -> Iterable[SafeString]:
    if row.is_pinned:
        yield _status("pin", _("Pinned"), "")
    if row.is_locked:
        yield _status("lock", _("Locked"), "")
    if row.status == "answered":
        yield _status("circle-check", _("Answered"), "ok")
    elif row.status == "open":
        yield _status("circle-question-mark", _("Open"), "wait")
