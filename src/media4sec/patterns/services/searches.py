"""Keeping a search, hearing of it, forgetting it. Nobody else learns of it; no log is kept."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.permissions import require
from media4sec.members.models import Member
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import SavedSearch

#: Searches a member may keep.
MOST = 20
_LONGEST = 1000


@transaction.atomic
def keep_search(*, by: Member, of: str, params: str, title: str) -> SavedSearch:
    """Under a name; the same search again only gets the new name."""
    require(by, "patterns.keep_search")
    title = clean_line(title)[:80]
    if not title:
        raise Refused(_("Give the search a name."))
    if not params or len(params) > _LONGEST:
        raise Refused(_("Choose something first: a search without a choice finds everything."))
    Member.objects.select_for_update().get(pk=by.pk)
    mine = SavedSearch.objects.filter(owner=by)
    if mine.count() >= MOST and not mine.filter(of=of, params=params).exists():
        raise Refused(_("You keep %d searches. Let one go first.") % MOST)
    moment = now()
    search, _new = SavedSearch.objects.update_or_create(
        owner=by,
        of=SavedSearch.Of(of),
        params=params,
        defaults={"title": title},
        create_defaults={"title": title, "kept_at": moment, "seen_at": moment},
    )
    return search


@transaction.atomic
def forget_search(search: SavedSearch, *, by: Member) -> None:
    require(by, "patterns.forget_search", search)
    search.delete()


@transaction.atomic
def watch_search(search: SavedSearch, *, by: Member, is_watched: bool) -> SavedSearch:
    """Hear of what is new in it, or only find it in the list."""
    require(by, "patterns.forget_search", search)
    search.is_watched = is_watched
    search.save(update_fields=["is_watched"])
    return search


@transaction.atomic
def look_at_search(search: SavedSearch, *, by: Member) -> SavedSearch:
    """What is there now is not new any more."""
    require(by, "patterns.forget_search", search)
    search.seen_at = now()
    search.save(update_fields=["seen_at"])
    return search


def sweep_searches() -> None:
    """House-keeping: what was kept for people who have left."""
    SavedSearch.objects.filter(owner__is_active=False).delete()
