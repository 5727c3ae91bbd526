"""The demo has an answer from elsewhere that waits for a moderator."""

import random

from media4sec.feeds import demo
from media4sec.feeds.models import Delivery, Echo, Follower
from media4sec.kit.clock import now
from media4sec.kit.town import Town


def test_an_answer_waits_and_nobody_elsewhere_is_told(start):
    topic = start()
    town = Town(today=now(), dice=random.Random(1), password="")

    demo.furnish(town)

    echo = Echo.objects.get()
    assert (echo.standing, echo.ref.pk) == (Echo.Standing.HELD, topic.pk)
    assert "hang it up" in echo.body_html
    assert not Follower.objects.exists()
    assert not Delivery.objects.exists()


def test_without_anything_public_there_is_nothing_to_answer(db):
    demo.furnish(Town(today=now(), dice=random.Random(1), password=""))

    assert not Echo.objects.exists()
