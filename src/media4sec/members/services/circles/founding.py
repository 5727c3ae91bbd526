"""Founding circles, changing what is said about them, closing them."""

import secrets
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label, narrower, within_ceiling
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members.models import CEILINGS, Circle, Group, Member, Membership
from media4sec.members.queries.circles import MORE_CLOSED
from media4sec.members.services.circles.membership import let_in, lock
from media4sec.members.services.circles.requesting import decline_all

#: Words that are, or may become, pages beside the circles.
RESERVED = frozenset(
    {"new", "invited", "invitations", "requests", "mine", "all", "search", "themes", "hidden"}
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def found(
    *,
    by: Any,
    title: str,
    kind: str,
    about: str,
    rules: str = "",
    theme: Theme | None = None,
    label: str | None = None,
    attribution: str = Attribution.NAMED,
    required_groups: Collection[str] = (),
    slug: str = "",
) -> Circle:
    """A new circle, hosted by who founds it. The house's own have no host yet."""
    require(by, _permission_to_found(kind))
    label = label or narrower(CEILINGS[Circle.Kind(kind)], Label.GREEN)
    _check_label(label, kind)
    circle = Circle(
        title=markdown.clean_line(title),
        kind=kind,
        theme=theme,
        label=label,
        attribution=attribution,
        required_groups=sorted(Group(each).value for each in required_groups),
    )
    _describe(circle, about, rules)
    circle.slug = slug
    _save_at_free_address(circle)
    # The field takes the clock on the wall; the demo tells of last month.
    circle.founded_at = now()
    circle.save(update_fields=["founded_at"])
    if by is not THE_HOUSE:
        let_in(by, circle, role=Membership.Role.HOST)
    record(by, "founded", circle, within=circle)
    return circle


def _permission_to_found(kind: str) -> str:
    return "members.found_open_circle" if kind == Circle.Kind.OPEN else "members.found_circle"


def _save_at_free_address(circle: Circle) -> None:
    if circle.slug:
        circle.save()
        return
    while True:
        circle.slug = _free_slug(circle.title, circle.kind)
        try:
            with transaction.atomic():
                circle.save()
        except IntegrityError:
            continue  # Somebody founded one of that name at the same moment.
        return


def _free_slug(title: str, kind: str) -> str:
    """An address from the title.

    Those of hidden circles always end in letters drawn by chance: whoever founds a circle
    of the same name meets no taken address, so nobody learns that a hidden one is there.
    """
    plain = slugify(title)[:50].strip("-") or "circle"
    slug = plain
    while (
        slug in RESERVED
        or (kind == Circle.Kind.HIDDEN and slug == plain)
        or Circle.objects.filter(slug=slug).exists()
    ):
        slug = f"{plain}-{''.join(secrets.choice(_LETTERS) for _n in range(5))}"
    return slug


def _check_label(label: str, kind: str) -> None:
    if label == Label.RED:
        raise Refused(_("TLP:RED names its readers each time. It cannot be the usual label."))
    if not within_ceiling(label, CEILINGS[Circle.Kind(kind)]):
        raise Refused(
            _("The widest label of such a circle is %(ceiling)s.")
            % {"ceiling": CEILINGS[Circle.Kind(kind)].value}
        )


def _describe(circle: Circle, about: str, rules: str) -> None:
    circle.about, circle.rules = markdown.clean_text(about), markdown.clean_text(rules)
    circle.about_html = markdown.render(circle.about)
    circle.rules_html = markdown.render(circle.rules)


@transaction.atomic
def revise(
    circle: Circle,
    *,
    by: Member,
    title: str,
    about: str,
    rules: str,
    label: str,
    attribution: str,
    theme: Theme | None = None,
) -> Circle:
    """New words for the circle, and what its members start from when they write."""
    require(by, "members.host_circle", circle)
    circle = lock(circle)
    _check_label(label, circle.kind)
    circle.title = markdown.clean_line(title)
    circle.theme, circle.label, circle.attribution = theme, label, attribution
    _describe(circle, about, rules)
    circle.save()
    record(by, "revised", circle, within=circle)
    return circle


@transaction.atomic
def close_further(circle: Circle, *, by: Member, kind: str) -> Circle:
    """Make a circle more closed. It never opens up again: people wrote here under its promise."""
    require(by, "members.host_circle", circle)
    circle = lock(circle)
    if kind not in MORE_CLOSED[Circle.Kind(circle.kind)]:
        raise Refused(_("A circle can only become more closed, never more open."))
    before = circle.kind
    circle.kind = kind
    circle.label = narrower(circle.label, circle.ceiling)
    if kind == Circle.Kind.HIDDEN:
        circle.slug = _free_slug(circle.title, kind)
        decline_all(circle, by=by, answer=_("This circle does not take requests any more."))
    circle.save(update_fields=["kind", "label", "slug"])
    record(by, "closed_further", circle, within=circle, before=before, after=kind)
    return circle


@transaction.atomic
def archive(circle: Circle, *, by: Member, reason: str) -> Circle:
    """Close the circle: its members go on reading, nobody writes or comes in."""
    require(by, "members.archive_circle", circle)
    circle = lock(circle)
    if circle.is_archived:
        raise Refused(_("This circle is archived already."))
    if not reason.strip():
        raise Refused(_("Say why, in a sentence. The members will read it."))
    circle.archived_at, circle.archive_reason = now(), reason.strip()
    circle.save(update_fields=["archived_at", "archive_reason"])
    unused = circle.invitations.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    unused.update(withdrawn_at=now())
    decline_all(circle, by=by, answer=_("This circle has been archived."))
    record(by, "archived", circle, within=circle, reason=circle.archive_reason)
    return circle


@transaction.atomic
def reopen(circle: Circle, *, by: Member) -> Circle:
    """Let the members of a closed circle write again."""
    require(by, "members.archive_circle", circle)
    circle = lock(circle)
    if not circle.is_archived:
        raise Refused(_("This circle is not archived."))
    circle.archived_at, circle.archive_reason = None, ""
    circle.save(update_fields=["archived_at", "archive_reason"])
    record(by, "reopened", circle, within=circle)
    return circle
