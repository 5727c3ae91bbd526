"""Who is told of what: the log becomes notices."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.digests import reading
from media4sec.digests.models import Bookmark, Notice, Rhythm
from media4sec.discussions import services
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.kit.watching import Level, everything_of, watch
from media4sec.members.models import Circle
from media4sec.members.services.people import close_account
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_the_start")]
Reason = Notice.Reason


def start(by, label=Label.GREEN, **facts):
    return services.start_topic(
        by=by, **{"circle": None, "title": "Rumours", "body": "What now?", "label": label, **facts}
    )


def told():
    """Who was told, and why, of everything since the last look."""
    Notice.objects.all().delete()
    reading.read_log()
    return {(notice.member.name, notice.reason) for notice in Notice.objects.all()}


def test_the_author_hears_of_replies_and_nobody_of_their_own():
    anna, ben = MemberFactory(name="Anna"), MemberFactory(name="Ben")
    topic = start(anna)
    services.reply(topic, by=ben, body="Ask.")
    services.reply(topic, by=anna, body="Whom?")

    assert told() == {("Anna", Reason.UNDER), ("Ben", Reason.UNDER)}
    assert Notice.objects.count() == 2


def test_who_is_mentioned_or_answered_is_told_so():
    anna, ben = MemberFactory(name="Anna"), MemberFactory(name="Ben")
    cleo = MemberFactory(name="Cleo", is_findable=True)
    topic = start(anna)
    first = services.reply(topic, by=ben, body="Ask.")
    told()

    services.reply(topic, by=anna, body="@[Cleo] knows.", answers_to=first)

    assert told() == {("Ben", Reason.ANSWERED), ("Cleo", Reason.MENTIONED)}
    assert cleo.name == "Cleo"


def test_whose_answer_is_accepted_is_told():
    anna, ben = MemberFactory(name="Anna"), MemberFactory(name="Ben")
    topic = start(anna)
    answer = services.reply(topic, by=ben, body="Ask.")
    told()

    services.accept(answer, by=anna)

    assert told() == {("Ben", Reason.TOLD)}


def test_the_author_is_told_what_hosts_did_and_nobody_else_is():
    anna, ben, host = (MemberFactory(name=name) for name in ("Anna", "Ben", "Host"))
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben], hosts=[host])
    topic = start(anna, circle=circle, label=Label.AMBER)
    watch(Ref.to(topic), by=ben, level=Level.EVERYTHING)
    told()

    services.lock(topic, by=host, reason="Everything is said.")

    assert told() == {("Anna", Reason.TOLD)}


def test_a_circle_hears_of_new_discussions_and_not_of_every_reply():
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben, cleo])
    watch(Ref.to(circle), by=cleo, level=Level.MUTED)

    topic = start(anna, circle=circle, label=Label.AMBER)
    assert told() == {("Ben", Reason.NEW)}

    services.reply(topic, by=ben, body="Ask.")
    assert told() == {("Anna", Reason.UNDER)}


def test_who_wants_everything_of_a_circle_gets_it_unless_they_said_less_of_one_thing():
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben, cleo])
    for member in (ben, cleo):
        watch(Ref.to(circle), by=member, level=Level.EVERYTHING)
    topic = start(anna, circle=circle, label=Label.AMBER)
    watch(Ref.to(topic), by=cleo, level=Level.NORMAL)
    told()

    services.reply(topic, by=anna, body="And more.")

    assert told() == {("Ben", Reason.UNDER)}


def test_a_muted_discussion_is_silent_even_about_me():
    anna, ben = MemberFactory(name="Anna"), MemberFactory(name="Ben", is_findable=True)
    topic = start(anna)
    watch(Ref.to(topic), by=ben, level=Level.MUTED)
    told()

    services.reply(topic, by=anna, body="@[Ben], are you there?")

    assert told() == set()


@pytest.mark.parametrize("label", [Label.CLEAR, Label.GREEN])
def test_themes_and_kinds_can_be_watched(label):
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    theme = Theme.objects.create(slug="x", title="X", position=99)
    watch(Ref.to(theme), by=ben, level=Level.EVERYTHING)
    watch(everything_of("discussions.topic"), by=cleo, level=Level.EVERYTHING)

    start(anna, label=label, theme=theme)

    assert told() == {("Ben", Reason.NEW), ("Cleo", Reason.NEW)}


@pytest.mark.parametrize("place", ["theme", "kind", "circle"])
def test_whoever_muted_one_place_hears_nothing_new_of_it_whatever_else_they_watch(place):
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben, cleo])
    theme = Theme.objects.create(slug="x", title="X", position=99)
    places = {
        "theme": Ref.to(theme),
        "kind": everything_of("discussions.topic"),
        "circle": Ref.to(circle),
    }
    for name, ref in places.items():
        watch(ref, by=ben, level=Level.MUTED if name == place else Level.EVERYTHING)

    start(anna, circle=circle, theme=theme, label=Label.AMBER)

    assert told() == {("Cleo", Reason.NEW)}


def test_every_kind_that_tells_of_itself_can_say_who_wrote_a_thing():
    told_kinds = {name: kind for name, kind in kinds().items() if kind.begins}

    assert {"discussions.topic", "discussions.reply", "journal.article"} <= set(told_kinds)
    assert told_kinds["journal.article"].writers is not told_kinds["discussions.topic"].writers


def test_who_leaves_is_forgotten():
    anna, ben = MemberFactory(), MemberFactory()
    services.reply(start(anna), by=ben, body="Ask.")
    reading.read_log()
    Rhythm.objects.create(member=anna, kind="addressed", pace="daily")

    close_account(by=anna)
    reading.sweep()

    assert not Notice.objects.exists()
    assert not Rhythm.objects.exists()
    assert not anna.watches.exists()


def test_old_notices_go_and_the_bell_knows(time_machine):
    anna, ben = MemberFactory(), MemberFactory()
    services.reply(start(anna), by=ben, body="Ask.")
    reading.read_log()
    time_machine.move_to(timezone.now() + reading.KEPT + timedelta(days=1))

    reading.sweep()

    anna.refresh_from_db()
    assert (Notice.objects.count(), anna.new_notices) == (0, 0)


def test_nobody_is_told_of_what_they_may_not_read():
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    circle = CircleFactory(kind=Circle.Kind.HIDDEN, members=[anna, ben])
    for member in (ben, cleo):
        watch(Ref.to(circle), by=member, level=Level.EVERYTHING)
        watch(everything_of("discussions.topic"), by=member, level=Level.EVERYTHING)

    start(anna, circle=circle, label=Label.AMBER)

    assert told() == {("Ben", Reason.NEW)}


def test_a_red_thing_tells_its_readers_only():
    anna, ben, cleo = (MemberFactory(name=name) for name in ("Anna", "Ben", "Cleo"))
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[anna, ben, cleo])

    start(anna, circle=circle, label=Label.RED, readers=[ben])

    assert told() == {("Ben", Reason.NEW)}


def test_a_suspended_member_is_told_nothing():
    anna, suspended = MemberFactory(name="Anna"), MemberFactory(suspended_at=timezone.now())
    watch(everything_of("discussions.topic"), by=suspended, level=Level.EVERYTHING)

    start(anna, label=Label.CLEAR)

    assert told() == set()


def test_under_the_seal_people_hear_as_everywhere():
    anna, ben = MemberFactory(name="Anna"), MemberFactory(name="Ben")
    topic = start(anna, attribution=Attribution.CHATHAM)
    services.reply(topic, by=ben, body="Ask.")

    assert told() == {("Anna", Reason.UNDER)}


def test_reading_twice_tells_once():
    anna, ben = MemberFactory(), MemberFactory()
    services.reply(start(anna), by=ben, body="Ask.")

    assert reading.read_log() == 1
    assert reading.read_log() == 0
    Bookmark.objects.update(activity=0)
    reading.read_log()

    assert Notice.objects.count() == 1


def test_the_bell_counts_what_is_unread():
    anna, ben = MemberFactory(), MemberFactory()
    topic = start(anna)
    for _ in range(3):
        services.reply(topic, by=ben, body="Ask.")

    reading.read_log()

    anna.refresh_from_db()
    assert anna.new_notices == 3


def test_a_crowd_is_told_a_part_at_a_time_and_nobody_is_left_out(monkeypatch):
    monkeypatch.setattr(reading, "AT_A_TIME", 3)
    anna = MemberFactory()
    circle = CircleFactory(members=[anna, *MemberFactory.create_batch(10)])
    start(anna, circle=circle)
    start(anna, circle=circle)

    assert reading.read_log() == 20
    assert Notice.objects.values("member", "activity").distinct().count() == 20


def test_a_fault_in_the_middle_leaves_bookmark_and_notices_as_they_were(monkeypatch):
    anna, ben = MemberFactory(), MemberFactory()
    topic = start(anna)
    services.reply(topic, by=ben, body="Ask.")
    before = Bookmark.objects.get().activity

    def fail(members):
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(reading, "recount", fail)
        with pytest.raises(RuntimeError, match="killed"):
            reading.read_log()
    assert (Bookmark.objects.get().activity, Notice.objects.count()) == (before, 0)

    assert reading.read_log() == 1


def test_what_happened_before_the_first_day_is_no_news():
    Bookmark.objects.all().delete()
    anna, ben = MemberFactory(), MemberFactory()
    topic = start(anna)
    services.reply(topic, by=ben, body="Ask.")

    assert reading.read_log() == 0
    services.reply(topic, by=ben, body="Again.")
    assert reading.read_log() == 1
