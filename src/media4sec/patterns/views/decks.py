"""Decks: making them, putting cards in, sharing and printing them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.kit import attempts, typed
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members import sharing
from media4sec.members.desk import Desk, carry_out
from media4sec.members.forms.sharing import chosen_readers, to_tick
from media4sec.members.models import Circle, Member
from media4sec.members.returning import survives_sign_in
from media4sec.patterns import printing, queries, services
from media4sec.patterns.forms.decks import DeckForm, EditDeckForm, RemarkForm, ShareDeckForm
from media4sec.patterns.models import Deck, Pattern


def deck_of(request: HttpRequest, pk: int) -> Deck:
    found = queries.deck_at(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "patterns/decks.html", {"page": queries.decks_page(request.user)})


@require_safe
def deck(request: HttpRequest, pk: int) -> HttpResponse:
    found = deck_of(request, pk)
    page = queries.deck_page(request.user, found)
    return render(request, "patterns/deck.html", {"deck": found, "page": page})


@require_safe
@at_most(20, seconds=60, methods=("GET", "HEAD"))
def printed(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """The deck as a PDF, made while one waits; labels that keep it on its page say so."""
    found = deck_of(request, pk)
    if layout not in printing.LAYOUTS:
        raise Http404
    if not queries.may_leave(found):
        sentence = _("%(label)s: this may be read on its page only, and not be printed.")
        raise PermissionDenied(sentence % {"label": found.label})
    page = queries.deck_page(request.user, found)
    if not page.cards:
        raise Refused(_("There is nothing to print yet: put a pattern into the deck first."))
    reader = request.user.shown_name if request.user.is_authenticated else ""
    made = printing.printed(found, page.cards, layout=layout, reader=reader, who=str(page.who))
    response = HttpResponse(made, content_type="application/pdf")
    name = f"deck-{found.pk}-{printing.LAYOUTS[layout]}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# Making and changing


@survives_sign_in
def make(request: HttpRequest) -> HttpResponse:
    """A new deck, in a circle or the Commons; ``?put=`` is its first card."""
    circle = _circle_at(request)
    require(request.user, "patterns.make_deck", circle)
    first = queries.pattern_at(request.GET.get("put", ""))
    desk = _new_desk(request, circle, first)
    if request.method == "POST":
        answer = desk.work(lambda: _make(request, desk, circle, first))
        if answer:
            return answer
    context = {"desk": desk, "circle": circle, "first": first, "circles": _circles(request)}
    return _written(request, "patterns/deck_make.html", desk, context)


def _new_desk(request: HttpRequest, circle: Circle | None, first: Pattern | None) -> Desk:
    slug = circle.slug if circle else ""
    desk = Desk(
        request,
        place=f"deck:{slug}",
        action=f"{reverse('patterns:deck_make')}?circle={slug}&put={first.slug if first else ''}",
    )
    desk.lay_out()
    desk.form = DeckForm(
        request.POST or None,
        initial=desk.initial,
        circle=circle,
        people=_to_tick_in(request.user, circle),
    )
    return desk


def _make(request: HttpRequest, desk: Desk, circle: Circle | None, first: Pattern | None) -> Deck:
    readers = chosen_readers(desk.form, _among(request.user, circle))
    return services.make_deck(
        by=request.user, circle=circle, first=first, readers=readers, **desk.form.facts
    )


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title and note; who was overtaken sees both."""
    found = deck_of(request, pk)
    require(request.user, "patterns.edit_deck", found)
    base = request.POST.get("version") or str(found.version)
    desk = Desk(
        request,
        place=f"editdeck:{found.pk}:{typed.number(base) or 0}",
        action=request.path,
    )
    desk.lay_out()
    initial = {"title": found.title, "note": found.note, "version": found.version, **desk.initial}
    desk.form = EditDeckForm(request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            facts = desk.form.facts if desk.form.is_valid() else {}
            answer = desk.work(lambda: services.edit_deck(found, by=request.user, **facts))
        except EditedMeanwhile as reason:
            return _overtaken(request, found, desk, reason)
        if answer:
            return answer
    return _written(request, "patterns/deck_edit.html", desk, {"desk": desk, "deck": found})


def _overtaken(
    request: HttpRequest, found: Deck, desk: Desk, reason: EditedMeanwhile
) -> HttpResponse:
    """What is there now beside what was typed; sent again, it is based on the newer one."""
    found.refresh_from_db()
    mine = {name: desk.form.cleaned_data[name] for name in ("title", "note")}
    desk.form = EditDeckForm(initial={**mine, "version": found.version})
    desk.attempt = attempts.token()
    context = {"desk": desk, "deck": found, "newer": reason.sentence}
    return render(request, "patterns/deck_edit.html", context, status=409)


@login_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Other readers, from now on; ``?circle=`` moves it there."""
    found = deck_of(request, pk)
    require(request.user, "patterns.edit_deck", found)
    circle = _circle_at(request) if "circle" in request.GET else found.circle
    form = ShareDeckForm(
        request.POST or None, circle=circle, people=_to_tick_in(request.user, circle)
    )

    def shared() -> None:
        readers = chosen_readers(form, _among(request.user, circle))
        services.share_deck(found, by=request.user, circle=circle, readers=readers, **form.facts)

    if request.method == "POST" and carry_out(form, shared):
        messages.success(request, _("Its new readers can read it from now on."))
        return redirect(found)
    context = {"form": form, "deck": found, "circle": circle, "circles": _circles(request)}
    status = 422 if form.is_bound else 200
    return render(request, "patterns/deck_share.html", context, status=status)


@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = deck_of(request, pk)
    require(request.user, "patterns.delete_deck", found)
    if request.method != "POST":
        return render(request, "patterns/deck_delete.html", {"deck": found})
    services.delete_deck(found, by=request.user)
    messages.success(request, _("The deck is deleted. The patterns in it are where they were."))
    return redirect("patterns:decks")


# Cards


@survives_sign_in
def collect(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a pattern into one of one's decks."""
    pattern = queries.pattern_at(slug)
    if pattern is None:
        raise Http404
    if request.method == "POST":
        found = deck_of(request, typed.number(request.POST.get("deck", "")) or 0)
        services.put_in(found, pattern, by=request.user)
        messages.success(request, _("%(title)s is in the deck.") % {"title": pattern.title})
        return redirect(found)
    require(request.user, "patterns.make_deck")
    context = {"pattern": pattern, "decks": queries.decks_to_fill(request.user)}
    return render(request, "patterns/deck_collect.html", context)


_ARRANGE: dict[str, Callable[..., Any]] = {
    "up": services.move_up,
    "down": services.move_down,
    "out": services.take_out,
}


@require_POST
@login_required
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """The buttons of a card: one place up or down, or out."""
    found = deck_of(request, pk)
    how, _dash, said = request.POST.get("do", "").partition("-")
    card = typed.number(said)
    if how not in _ARRANGE or card is None:
        raise Http404
    _ARRANGE[how](found, card, by=request.user)
    return redirect(f"{found.get_absolute_url()}#{'cards' if how == 'out' else f'card-{card}'}")


@login_required
def remark(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The remark of the card that stands at this place."""
    found = deck_of(request, pk)
    require(request.user, "patterns.edit_deck", found)
    cards = queries.deck_page(request.user, found).cards
    if not 0 < number <= len(cards):
        raise Http404
    card = cards[number - 1]
    form = RemarkForm(request.POST or None, initial={"remark": card.remark})

    def said() -> None:
        # The card that was shown, wherever it has moved meanwhile.
        key = typed.number(request.POST.get("card", "")) or card.pk
        services.remark(found, key, by=request.user, text=form.cleaned_data["remark"])

    if request.method == "POST" and carry_out(form, said):
        return redirect(f"{found.get_absolute_url()}#card-{card.pk}")
    context = {"form": form, "deck": found, "card": card}
    status = 422 if form.is_bound else 200
    return render(request, "patterns/deck_remark.html", context, status=status)


# Where, and with whom


def _circles(request: HttpRequest) -> list[Circle]:
    return [each.circle for each in request.user.my_memberships if not each.circle.is_archived]


def _circle_at(request: HttpRequest) -> Circle | None:
    slug = request.GET.get("circle", "")
    if not slug:
        return None
    return get_object_or_404(Circle.objects.visible_to(request.user), slug=slug)


def _to_tick_in(member: Member, circle: Circle | None) -> list[Member] | None:
    """Possible readers as boxes; in the Commons, and where they are many, they are typed."""
    if circle is None:
        return None
    if circle.pk not in member.memberships_by_circle:
        return []
    return to_tick(sharing.known_to(member, sharing.possible_readers(circle)))


def _among(member: Member, circle: Circle | None) -> Callable[[], QuerySet[Member]]:
    return lambda: sharing.known_to(member, sharing.possible_readers(circle))


def _written(
    request: HttpRequest, template: str, desk: Desk, context: dict[str, Any]
) -> HttpResponse:
    response = render(request, template, context, status=desk.status)
    if desk.retry_after:
        response["Retry-After"] = str(desk.retry_after)
    return response
