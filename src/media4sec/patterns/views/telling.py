"""Telling what was tried: three lines, a note, a full entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from media4sec.kit import attempts, revisions, typed
from media4sec.kit.errors import EditedMeanwhile
from media4sec.kit.marking import Label
from media4sec.kit.permissions import require
from media4sec.members import sharing
from media4sec.members.desk import Desk
from media4sec.members.forms.sharing import chosen_readers, labels_in, to_tick
from media4sec.members.models import Circle, Member
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import queries, services
from media4sec.patterns.account import Account
from media4sec.patterns.forms.telling import (
    SEVERAL,
    EntryForm,
    NoteForm,
    TriedForm,
    begin_with,
)
from media4sec.patterns.models import Experience, Pattern


@dataclass(frozen=True)
class Start:
    """Where somebody begins to tell: in which circle, and from what."""

    circle: Circle | None
    pattern: Pattern | None = None
    after: Experience | None = None
    origin: Any = None
    address: str = ""  # of the origin
    is_brief: bool = False  # three lines

    @property
    def place(self) -> str:
        """Where the draft of it lies."""
        about = self.pattern.slug if self.pattern else slugify(self.address.replace(":", "-"))
        about = f"after-{self.after.pk}" if self.after else about
        return f"telling:{self.circle.slug if self.circle else ''}:{about}"

    @property
    def patterns(self) -> list[Pattern]:
        if self.after:
            return list(self.after.patterns.all())
        return [self.pattern] if self.pattern else []

    @property
    def labels(self) -> list[Label]:
        """What may be chosen there, and never further than what it comes from."""
        labels = labels_in(self.circle)
        if self.origin is None:
            return labels
        return [label for label in labels if self.origin.allows(label, self.circle)]


# A new one


@survives_sign_in
def tell(request: HttpRequest) -> HttpResponse:
    """The note, or three lines: from nothing, a pattern, an experience or an answer."""
    if "where" in request.GET:
        return _where(request)
    start = _start(request)
    if request.method != "POST":
        require(request.user, "patterns.tell", start.circle)
    if not start.labels:
        # What it comes from belongs to a circle: it is told there.
        return _where(request, start)
    desk = _desk(request, start)
    if request.method == "POST":
        answer = desk.work(lambda: _tell(request, start, desk))
        if answer:
            return answer
    template = "patterns/tell_tried.html" if start.is_brief else "patterns/tell.html"
    return _written(request, template, desk, start=start, where_url=_where_url(request))


def _written(request: HttpRequest, template: str, desk: Desk, **context: Any) -> HttpResponse:
    response = render(request, template, {"desk": desk, **context}, status=desk.status)
    if desk.retry_after:
        response["Retry-After"] = str(desk.retry_after)
    return response


def _where_url(request: HttpRequest) -> str:
    params = request.GET.copy()
    params["where"] = "1"
    return f"{reverse('patterns:tell')}?{params.urlencode()}"


def _where(request: HttpRequest, start: Start | None = None) -> HttpResponse:
    """Where to tell it: in the Commons or in one of one's circles."""
    params = request.GET.copy()
    for name in ("where", "circle"):
        params.pop(name, None)
    fits: Callable[[Circle | None], bool] = lambda circle: True  # noqa: E731
    if start is not None and start.origin is not None:
        fits = lambda circle: bool(Start(circle, origin=start.origin).labels)  # noqa: E731
    circles = [each.circle for each in request.user.my_memberships if not each.circle.is_archived]
    context = {
        "circles": [circle for circle in circles if fits(circle)],
        "commons": fits(None),
        "rest": params.urlencode(),
    }
    return render(request, "patterns/tell_where.html", context)


def _start(request: HttpRequest) -> Start:
    """What the address says; what cannot be read is not there."""
    asked = request.GET
    circle = _circle_at(request)
    slug = asked.get("tried") or asked.get("pattern", "")
    if asked.get("after"):
        after = queries.tried_experience(request.user, _number(asked["after"]))
        if after is None:
            raise Http404
        circle = circle if "circle" in asked else _own_circle(request.user, after)
        return Start(circle, after=after, is_brief=True)
    if slug:
        pattern = queries.tried_pattern(slug)
        if pattern is None:
            raise Http404
        return Start(circle, pattern=pattern, is_brief="tried" in asked)
    if asked.get("from"):
        origin = queries.origin_at(request.user, asked["from"])
        if origin is None:
            raise Http404
        if "circle" not in asked and origin.entry.circle_id:
            mine = {each.circle.pk: each.circle for each in request.user.my_memberships}
            circle = mine.get(origin.entry.circle_id)
        return Start(circle, origin=origin, address=asked["from"][:80])
    return Start(circle)


def _own_circle(member: Member, after: Experience) -> Circle | None:
    """The circle of what one tried, too, where one is in it."""
    return next((m.circle for m in member.my_memberships if m.circle.pk == after.circle_id), None)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Http404
    return int(text[:18])


def _circle_at(request: HttpRequest) -> Circle | None:
    slug = request.GET.get("circle", "")
    if not slug:
        return None
    for membership in request.user.my_memberships:
        if membership.circle.slug == slug:
            return membership.circle
    return get_object_or_404(Circle.objects.visible_to(request.user), slug=slug)


def _desk(request: HttpRequest, start: Start) -> Desk:
    desk = Desk(request, place=start.place, action=request.get_full_path())
    desk.lay_out()
    offered = {
        "circle": start.circle,
        "labels": start.labels,
        "people": _people(request.user, start.circle),
        "is_sealed": bool(start.origin and start.origin.is_chatham),
    }
    initial = {**_first_words(request.user, start), **desk.initial}
    if start.is_brief:
        desk.form = TriedForm(request.POST or None, initial=initial, sharing=offered)
    else:
        desk.form = NoteForm(
            request.POST or None,
            initial=initial,
            sharing=offered,
            themes=queries.themes_to_choose(),
            patterns=queries.patterns_to_choose(),
        )
    return desk


def _people(member: Member, circle: Circle | None) -> list[Member] | None:
    if circle is None:
        return None
    if circle.pk not in member.memberships_by_circle:
        return []
    return to_tick(sharing.known_to(member, sharing.possible_readers(circle)))


def _first_words(member: Member, start: Start) -> dict[str, Any]:
    """What the form can say already."""
    words: dict[str, Any] = {"country": member.country}
    if start.pattern:
        words |= {"pattern_1": start.pattern.slug, "theme": start.pattern.theme.slug}
    if start.origin:
        entry = start.origin.entry
        themes = queries.themes_of(entry.themes[:1])
        words |= {"title": entry.title[:150], "did": start.origin.words}
        words |= {"theme": themes[0].slug} if themes else {}
    return words


def _tell(request: HttpRequest, start: Start, desk: Desk) -> Experience:
    form = desk.form

    def among() -> QuerySet[Member]:
        return sharing.known_to(request.user, sharing.possible_readers(start.circle))

    return services.tell(
        _brief_account(start, form) if start.is_brief else form.account(),
        by=request.user,
        circle=start.circle,
        readers=chosen_readers(form, among),
        uploads=desk.files,
        after=start.after,
        origin=start.address,
        **form.marking,
    )


def _brief_account(start: Start, form: TriedForm) -> Account:
    """Named after the pattern, which is public: never after an experience, which may not be."""
    patterns = start.patterns
    first = patterns[0] if patterns else None
    theme = start.after.theme if start.after else patterns[0].theme
    title = _("We tried it, too: %(what)s") % {"what": first.title if first else theme.title}
    return form.account(title=title[:150], theme=theme, patterns=patterns)


# Changing


def mine_or_404(request: HttpRequest, pk: int) -> Experience:
    found = queries.experience_at(request.user, pk)
    if found is None:
        raise Http404
    return found


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same experience, grown: every part of a full entry."""
    experience = mine_or_404(request, pk)
    require(request.user, "patterns.edit_experience", experience)
    desk = _edit_desk(request, experience)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, experience, desk))
        except EditedMeanwhile:
            return _conflict(request, experience, desk)
        if answer:
            return answer
    return _written(request, "patterns/tell_edit.html", desk, experience=experience)


def _edit(request: HttpRequest, experience: Experience, desk: Desk) -> Experience:
    return services.retell(
        experience,
        desk.form.account(),
        by=request.user,
        base_version=desk.form.cleaned_data["version"],
        uploads=desk.files,
        removed=desk.form.taken_away,
    )


def _edit_desk(request: HttpRequest, experience: Experience) -> Desk:
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(experience.version)
    place = f"experience:{experience.pk}:{typed.number(base) or 0}"
    desk = Desk(request, place=place, action=request.path, lists=(*SEVERAL, "removed"))
    desk.lay_out()
    shown = {**begin_with(experience, list(experience.patterns.all())), **desk.initial}
    desk.form = _entry_form(experience, request.POST or None, shown)
    return desk


def _entry_form(experience: Experience, data: Any, initial: dict[str, Any]) -> EntryForm:
    patterns = {each.pk: each for each in queries.patterns_to_choose()}
    # What has been archived since stays chosen where it was.
    patterns |= {each.pk: each for each in experience.patterns.all()}
    return EntryForm(
        data,
        initial=initial,
        experience=experience,
        themes=queries.themes_to_choose(),
        patterns=sorted(patterns.values(), key=lambda each: each.title),
    )


def _conflict(request: HttpRequest, experience: Experience, desk: Desk) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    experience.refresh_from_db()
    saved = Account.of(experience, experience.patterns.all()).as_text()
    pieces = revisions.compare(saved, desk.form.account().as_text())
    mine = {name: desk.form[name].value() for name in desk.form.fields}
    desk.form = _entry_form(experience, None, {**mine, "version": experience.version})
    desk.attempt = attempts.token()
    context = {
        "desk": desk,
        "experience": experience,
        "saved": revisions.marked(pieces, "del"),
        "mine": revisions.marked(pieces, "ins"),
    }
    return render(request, "patterns/tell_conflict.html", context, status=409)
