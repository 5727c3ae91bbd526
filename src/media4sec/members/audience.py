"""Shared: the four facts everything readable carries, and who may read it.

``visible_to`` is the one question every list, page, search and export asks.
spec: a thing has a circle (or none: the Commons), a label, an attribution and,
when RED, named readers. Inheriting things are narrower, never wider.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle, Member, Membership, is_reader

CIRCLE_LABELS = (Label.AMBER, Label.AMBER_STRICT)


def reading_rule(visitor: Any) -> Q:
    """The rule over circle, label and author: all of it but the named readers of RED things."""
    public = Q(label=Label.CLEAR)
    if not is_reader(visitor):
        return public
    rule = public | Q(label=Label.GREEN) | Q(author=visitor.pk)
    if visitor.circle_ids:
        rule |= Q(label__in=CIRCLE_LABELS, circle_id__in=visitor.circle_ids)
    return rule


class SharedQuerySet(models.QuerySet[Any]):
    def visible_to(self, visitor: Any) -> Self:
        """What this visitor may read; see the table "Who may read"."""
        return self.filter(self.may_read(visitor))

    def may_read(self, visitor: Any) -> Q:
        """The reading rule as a condition."""
        rule = reading_rule(visitor)
        if not is_reader(visitor):
            return rule
        readers = self.model.readers.through
        thing = self.model._meta.model_name
        named = readers.objects.filter(**{f"{thing}_id": OuterRef("pk"), "member_id": visitor.pk})
        if self.model.AMONG_NAMED:
            inside = Q(label=Label.RED) | Q(circle_id__in=visitor.circle_ids)
            return Q(author=visitor.pk) | Q(inside, Exists(named))
        return rule | Q(Q(label=Label.RED), Exists(named))


class Shared(models.Model):
    """What can be read: where it lives, how far it may travel, who may be named."""

    circle = models.ForeignKey(
        Circle, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("circle")
    )
    label = models.CharField(_("sharing label"), max_length=20, choices=Label)
    attribution = models.CharField(
        _("attribution"), max_length=10, choices=Attribution, default=Attribution.NAMED
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    #: Its readers are always named: what stands in a circle is for those of its members who are.
    AMONG_NAMED: ClassVar[bool] = False

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_chatham(self) -> bool:
        return self.attribution == Attribution.CHATHAM


def readers_of(thing: Shared) -> models.QuerySet[Member]:
    """Everybody with an account who may read this thing, its author included."""
    people = Member.objects.reading()
    if thing.label in {Label.CLEAR, Label.GREEN}:
        return people
    if thing.label in CIRCLE_LABELS:
        inside = Membership.objects.filter(circle=thing.circle_id).values("member_id")
        if thing.AMONG_NAMED:
            inside = inside.filter(member__in=thing.readers.values("pk"))
        return people.filter(Q(pk__in=inside) | Q(pk=thing.author_id))
    named = thing.readers.values("pk")
    return people.filter(Q(pk__in=named) | Q(pk=thing.author_id))


def can_read(visitor: Any, thing: Any) -> bool:
    """``visible_to`` for one thing already in hand; tests hold the two together."""
    if thing.label == Label.CLEAR:
        return True
    if not is_reader(visitor):
        return False
    if thing.author_id == visitor.pk or thing.label == Label.GREEN:
        return True
    if thing.label in CIRCLE_LABELS and thing.circle_id not in visitor.memberships_by_circle:
        return False
    if thing.label in CIRCLE_LABELS and not getattr(thing, "AMONG_NAMED", False):
        return True
    return thing.readers.filter(pk=visitor.pk).exists()
