"""The fediverse as a persona: somebody elsewhere follows everything, and reads what is sent."""

from __future__ import annotations

import json

from django.utils import timezone

from media4sec.feeds import activitypub, services
from media4sec.feeds.models import Delivery, Echo, Follower, Message, Peer, RemoteActor
from media4sec.feeds.queries import live
from media4sec.kit.marking import Label
from tests.worlds import Secret, World, token

ELSEWHERE = "https://elsewhere.example"


def listen(world: World) -> None:
    """A follower on another server, told of everything; two answers to each public topic."""
    peer = Peer.objects.create(host="elsewhere.example")
    wanda = RemoteActor.objects.create(
        uri=f"{ELSEWHERE}/wanda",
        peer=peer,
        name="Wanda",
        inbox=f"{ELSEWHERE}/inbox",
        key_id="key",
        public_pem="pem",
        read_at=timezone.now(),
    )
    Follower.objects.create(actor=activitypub.COMMUNITY, remote=wanda, since=timezone.now())
    for topic in world.topics:
        if topic.label == Label.CLEAR:
            for standing in (Echo.Standing.HELD, Echo.Standing.VISIBLE):
                _answer(world, wanda, topic, standing)
    hear(world)


def _answer(world: World, wanda: RemoteActor, topic, standing: str) -> None:
    body = token("echo")
    echo = Echo.objects.create(
        uri=f"{ELSEWHERE}/{body}",
        url=f"{ELSEWHERE}/",
        remote=wanda,
        thing_kind=topic._meta.label_lower,
        thing_id=topic.pk,
        body_html=f"<p>{body}</p>",
        written_at=timezone.now(),
        received_at=timezone.now(),
        standing=standing,
    )
    public = next(s for s in world.secrets if s.thing == topic and s.kind == "title")

    def may_read(visitor) -> bool:
        if visitor is not None and visitor.is_moderator and visitor.suspended_at is None:
            return True
        return standing == Echo.Standing.VISIBLE and public.may_read(None)

    world.echoes.append(echo.pk)
    world.secrets.append(Secret(body, "echo", echo, Label.CLEAR, may_read))


def hear(world: World) -> None:
    """What would leave at this moment, as if every delivery arrived."""
    services.tell()
    for message in Message.objects.filter(deliveries__state=Delivery.State.WAITING):
        row = live().filter(pk=message.publication_id).first()
        activity = activitypub.worded(message, row)
        if activity is not None:
            world.sent.append(json.dumps(activity))
            message.deliveries.update(state=Delivery.State.DONE, tries=1)
