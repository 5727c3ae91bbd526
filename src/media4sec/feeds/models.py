"""What is public now, who follows it elsewhere, and what they answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
from media4sec.kit.models import Moderated, Theme
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader


class PublicationQuerySet(models.QuerySet["Publication"]):
    def live(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def of(self, ref: Ref) -> Self:
        return self.filter(thing_kind=ref.kind, thing_id=ref.pk)

    def untold(self) -> Self:
        """What followers elsewhere have not been told of as it is now."""
        return self.filter(told__lt=models.F("version"))


class Publication(models.Model):
    """A thing as it passes the door "public". It stays when the thing is narrowed or deleted,
    without a word of it, because others may still have to be told."""

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    html = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    language = models.CharField(max_length=8, blank=True)
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="+")
    other_theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="+")
    #: Null where the Chatham House Rule holds; then ``byline`` says what may be said.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    byline = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    #: When and where it takes place, if it does.
    starts_at = models.DateTimeField(null=True, db_index=True)
    ends_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, blank=True)
    #: Grows with every change that others see; ``told`` is the one they know.
    version = models.PositiveIntegerField(default=1)
    told = models.PositiveIntegerField(default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing_kind", "thing_id"], name="one_publication_a_thing"
            )
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"]),
            models.Index(fields=["thing_kind", "-published_at"]),
            models.Index(fields=["theme", "-published_at"]),
            models.Index(fields=["other_theme", "-published_at"]),
            models.Index(fields=["-changed_at"]),
            models.Index(
                fields=["id"], condition=~Q(told=models.F("version")), name="publications_untold"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    def get_absolute_url(self) -> str:
        return self.url

    @property
    def ref(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)


class SigningKey(models.Model):
    """The key with which we sign what we send; its private half is sealed with our secret."""

    name = models.CharField(max_length=20, unique=True)
    sealed = models.TextField()
    public_pem = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class PeerQuerySet(models.QuerySet["Peer"]):
    def blocked(self) -> Self:
        return self.filter(blocked_at__isnull=False)

    def within(self, host: str) -> Self:
        """This server and those whose names end with its name: all are of one owner."""
        return self.filter(Q(host=host) | Q(host__endswith=f".{host}"))

    def around(self, host: str) -> Self:
        """The other way round: this server and those within whose name it stands."""
        labels = host.split(".")
        return self.filter(host__in=[".".join(labels[n:]) for n in range(len(labels))])


class Peer(models.Model):
    """Another server of the fediverse, by its host name: how it does, and whether we talk."""

    #: Silent for so long, and we stop knocking until it speaks to us.
    PATIENCE = timedelta(days=7)

    host = models.CharField(max_length=253, unique=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    block_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PeerQuerySet.as_manager()

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None


class RemoteActor(models.Model):
    """Somebody on another server, as their own document says; read again when it is old."""

    FRESH = timedelta(days=1)
    #: Read so lately, it is not read again only because a signature does not fit.
    SETTLED = timedelta(minutes=1)

    uri = models.CharField(max_length=500, unique=True)
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="actors")
    name = models.CharField(max_length=120, blank=True)
    handle = models.CharField(max_length=320, blank=True)
    url = models.CharField(max_length=500, blank=True)
    inbox = models.CharField(max_length=500)
    shared_inbox = models.CharField(max_length=500, blank=True)
    key_id = models.CharField(max_length=500)
    public_pem = models.TextField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.handle or self.uri

    @property
    def is_fresh(self) -> bool:
        return self.read_at > now() - self.FRESH

    @property
    def is_settled(self) -> bool:
        return self.read_at > now() - self.SETTLED


class Follower(models.Model):
    """Somebody elsewhere follows one of our actors. Nobody is shown who: only how many."""

    actor = models.CharField(max_length=60)  # "community", or a theme's
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="follows")
    since = models.DateTimeField()
    uri = models.CharField(max_length=500, blank=True)  # of their Follow: some undo it by that only

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "remote"], name="one_follow_an_actor")
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} follows {self.actor}"


class Message(models.Model):
    """One activity that we send, the same for everybody who gets it.

    It is worded when it is sent: words that are not public any more cannot lie waiting in it.
    """

    class Verb(models.TextChoices):
        ACCEPT = "accept", _("Accept")
        CREATE = "create", _("Create")
        ANNOUNCE = "announce", _("Announce")
        UPDATE = "update", _("Update")
        DELETE = "delete", _("Delete")

    actor = models.CharField(max_length=60)  # who signs
    verb = models.CharField(max_length=10, choices=Verb)
    publication = models.ForeignKey(Publication, models.CASCADE, null=True, related_name="messages")
    version = models.PositiveIntegerField(default=0)  # of the publication
    answers = models.JSONField(default=dict)  # the follow that we accept
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.WAITING)

    def due(self) -> Self:
        """May be tried now: nobody holds it, and its server is not resting."""
        moment = now()
        rested = Q(peer__next_try__isnull=True) | Q(peer__next_try__lte=moment)
        return self.waiting().filter(rested, next_try__lte=moment, peer__blocked_at__isnull=True)


class Delivery(models.Model):
    """One message for one inbox. Done ones stay: they say where a thing is out there."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        GIVEN_UP = "given_up", _("Given up")

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="deliveries")
    inbox = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    #: Also the lease: who takes it moves this on, so that a killed worker loses nothing.
    next_try = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "inbox"], name="one_delivery_an_inbox")
        ]
        indexes = [
            models.Index(
                fields=["next_try"], condition=Q(state="waiting"), name="deliveries_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.inbox}"


class EchoQuerySet(models.QuerySet["Echo"]):
    def of(self, ref: Ref) -> Self:
        return self.filter(thing_kind=ref.kind, thing_id=ref.pk)

    def released(self) -> Self:
        return self.filter(standing=Moderated.Standing.VISIBLE)

    def visible_to(self, visitor: Any) -> Self:
        """What a moderator released, under what is public; moderators also see what waits."""
        if is_reader(visitor) and visitor.is_moderator:
            return self.all()
        answered = Publication.objects.live().filter(
            thing_kind=OuterRef("thing_kind"), thing_id=OuterRef("thing_id")
        )
        return self.released().filter(Exists(answered))


class Echo(Moderated):
    """An answer from elsewhere to something of ours. Held until a moderator releases it."""

    WORDS = {"body_html": ""}

    uri = models.CharField(max_length=500, unique=True)
    url = models.CharField(max_length=500)
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="echoes")
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    body_html = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects = EchoQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "echoes"
        ordering = ["written_at", "id"]
        indexes = [
            models.Index(fields=["thing_kind", "thing_id", "standing"]),
            models.Index(fields=["standing", "-received_at"]),
        ]

    def __str__(self) -> str:
        return f"echo {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("feeds:echo", args=[self.pk])

    @property
    def ref(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)

    @property
    def author_id(self) -> None:
        """Nobody of ours wrote it."""
        return
