"""Telling, changing, sharing and taking back: what is kept, and what is refused."""

from collections.abc import Callable

import pytest

from media4sec.discussions import services as discussions
from media4sec.kit import revisions
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity, Link, Upload
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.models import Experience
from media4sec.patterns.queries import keeping
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, publish

pytestmark = pytest.mark.django_db


def account(**changed):
    said = {
        "title": "One account spoke for all",
        "did": "We named **one** account.",
        "happened": "People waited for it.",
        "outcome": "worked",
        "theme": ThemeFactory(),
        "country": "NL",
        "place": "Harbour town",
    }
    return Account(**{**said, **changed})


def tell(by=None, /, **said):
    words = {name: said.pop(name) for name in list(said) if name in Account.__dataclass_fields__}
    return services.tell(account(**words), by=by or MemberFactory(), **said)


def verbs(experience):
    return [each.verb for each in Activity.objects.about(Ref.to(experience)).order_by("id")]


# Telling


def test_a_note_is_kept_rendered_and_found():
    pattern = publish()

    told = tell(patterns=(pattern,), label=Label.CLEAR)

    assert told.html["did"] == "<p>We named <strong>one</strong> account.</p>\n"
    assert told.is_note
    assert list(told.patterns.all()) == [pattern]
    assert verbs(told) == ["told"]
    _patterns, index = keeping.both()
    assert index.having("pattern", [str(pattern.pk)]) & index.of([told.pk])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "Hm"}, "four letters"),
        ({"did": " "}, "what you did"),
        ({"happened": ""}, "what happened"),
        ({"outcome": "brilliant"}, "what came of it"),
        ({"country": "XQ"}, "country from the list"),
        ({"country": ""}, "country from the list"),
        ({"theme": None}, "theme"),
        ({"evidence": 0}, "A story is enough"),
        ({"evidence": 9}, "A story is enough"),
        ({"actors": ("martians",)}, "from the list"),
        ({"place": "x" * 101}, "too long"),
        ({"did": "x" * 10_001}, "too long"),
        ({"emmie": {"effect": {"says": "", "sources": ["A report"]}}}, "source alone"),
        ({"emmie": {"effect": {"says": "Fewer calls.", "quality": 5}}}, "from the list"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_a_sentence(changed, sentence):
    with pytest.raises(Refused, match=sentence):
        tell(**changed)
    assert not Experience.objects.exists()


def test_who_is_suspended_or_not_in_the_circle_tells_nothing():
    circle = CircleFactory(kind=Circle.Kind.CLOSED)
    for member, where in (
        (MemberFactory(suspended_at="2026-01-01T00:00Z"), None),
        (MemberFactory(), circle),
    ):
        with pytest.raises(Exception, match="Only members of this circle"):
            tell(member, circle=where)


def test_no_label_goes_beyond_the_ceiling_of_its_circle():
    member = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])

    with pytest.raises(Refused, match="TLP:AMBER"):
        tell(member, circle=circle, label=Label.GREEN)
    with pytest.raises(Refused, match="choose one"):
        tell(member, label=Label.AMBER)


def test_red_needs_readers_and_a_circle_lends_only_its_members():
    member, inside, outside = MemberFactory.create_batch(3)
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member, inside])

    for readers in ([], [outside]):
        with pytest.raises(Refused):
            tell(member, circle=circle, label=Label.RED, readers=readers)
    told = tell(member, circle=circle, label=Label.RED, readers=[inside])

    assert Experience.objects.visible_to(inside).filter(pk=told.pk).exists()
    assert not Experience.objects.visible_to(outside).filter(pk=told.pk).exists()


# The seal


def test_under_the_seal_the_country_is_said_only_where_five_share_it():
    crowd = MemberFactory.create_batch(6, country="NL", group="community")
    covered = tell(crowd[0], attribution=Attribution.CHATHAM, label=Label.CLEAR)
    abroad = tell(crowd[1], attribution=Attribution.CHATHAM, country="PT")

    assert (covered.hides_country, covered.shown_country) == (False, "NL")
    assert (abroad.hides_country, abroad.shown_country) == (True, "")
    assert covered.shown_place == ""


def test_under_the_seal_nobody_is_reached_through_a_profile():
    told = tell(attribution=Attribution.CHATHAM, contact="named")

    assert told.contact == Experience.Contact.RELAY


def test_a_hidden_country_is_no_box_to_tick():
    tell(MemberFactory(country="NL"), attribution=Attribution.CHATHAM, label=Label.CLEAR)

    _patterns, index = keeping.both()

    assert not index.having("country", ["NL"])


# Changing


def test_a_note_grows_and_its_history_keeps_how_it_read():
    author = MemberFactory()
    told = tell(author)
    more = account(
        happened="People waited, and the phone was quiet.",
        parts={"steps": "First this, then that.", "cost": ""},
        emmie={"effect": {"says": "Fewer calls.", "quality": 1, "sources": ["Our own count"]}},
        actors=("police", "citizens"),
        size="town",
        evidence=2,
    )

    services.retell(told, more, by=author, base_version=1)

    told.refresh_from_db()
    assert not told.is_note
    assert told.parts == {"steps": "First this, then that."}
    assert told.emmie["effect"]["sources"] == ["Our own count"]
    assert (told.version, verbs(told)) == (2, ["told", "edited"])
    (before,) = revisions.kept(told)
    assert "People waited for it." in before.body
    assert "Harbour town" not in before.body  # a place may be hidden by the seal


def test_saving_the_same_changes_nothing():
    author = MemberFactory()
    told = tell(author)

    services.retell(told, account(), by=author, base_version=1)

    assert (told.version, verbs(told)) == (1, ["told"])


def test_of_two_who_edit_at_once_the_second_is_told():
    author = MemberFactory()
    told = tell(author)
    services.retell(told, account(happened="First."), by=author, base_version=1)

    with pytest.raises(EditedMeanwhile):
        services.retell(told, account(happened="Second."), by=author, base_version=1)

    told.refresh_from_db()
    assert told.happened == "First."


@pytest.mark.parametrize("verb", ["edit", "share", "take back"])
def test_only_who_told_it_changes_it(verb):
    told, other = tell(), MemberFactory(is_moderator=True)
    deeds: dict[str, Callable[[], object]] = {
        "edit": lambda: services.retell(told, account(), by=other, base_version=1),
        "share": lambda: services.share_experience(told, by=other, label=Label.CLEAR),
        "take back": lambda: services.take_back(told, by=other),
    }

    with pytest.raises(Exception, match="Only who told"):
        deeds[verb]()


# Sharing


def test_it_is_narrowed_at_any_time_and_widened_as_far_as_the_circle_goes():
    author, reader = MemberFactory.create_batch(2)
    circle = CircleFactory(kind=Circle.Kind.MEMBERS, members=[author, reader])
    told = tell(author, circle=circle, label=Label.AMBER)

    services.share_experience(told, by=author, label=Label.RED, readers=[reader])
    services.share_experience(told, by=author, label=Label.GREEN)
    with pytest.raises(Refused, match="TLP:GREEN"):
        services.share_experience(told, by=author, label=Label.CLEAR)

    assert told.label == Label.GREEN
    assert not told.readers.exists()
    assert verbs(told) == ["told", "narrowed", "widened"]


def test_what_is_red_is_narrowed_to_fewer_of_its_readers_only():
    author, one, two, other = MemberFactory.create_batch(4)
    told = tell(author, label=Label.RED, readers=[one, two])

    with pytest.raises(Refused):
        services.share_experience(told, by=author, label=Label.RED, readers=[other])
    services.share_experience(told, by=author, label=Label.RED, readers=[two])

    assert list(told.readers.all()) == [two]


# From an answer


@pytest.fixture
def answer():
    """An accepted answer in a members' circle, for the community; and who may read it."""
    asker, helper = MemberFactory.create_batch(2)
    circle = CircleFactory(kind=Circle.Kind.MEMBERS, members=[asker, helper])
    topic = discussions.start_topic(
        by=asker, circle=circle, title="Who speaks first?", body="Who?", label=Label.AMBER
    )
    reply = discussions.reply(topic, by=helper, body="One account does.")
    return reply, circle, helper


def test_what_comes_from_an_answer_stays_within_its_circle_and_label(answer):
    reply, circle, helper = answer
    here = str(Ref.to(reply))

    for more in ({}, {"circle": circle, "label": Label.GREEN}):
        with pytest.raises(Refused, match="share it no further"):
            tell(helper, origin=here, **more)
    told = tell(helper, origin=here, circle=circle, label=Label.AMBER)
    with pytest.raises(Refused, match="share it no further"):
        services.share_experience(told, by=helper, label=Label.GREEN)

    (link,) = Link.objects.all()
    assert (link.source, link.target, link.relation) == (
        Ref.to(told),
        Ref.to(reply),
        "arose_from",
    )


def test_who_cannot_read_the_answer_cannot_begin_with_it(answer):
    with pytest.raises(Refused, match="not there any more"):
        tell(origin=str(Ref.to(answer[0])))


def test_what_was_said_under_the_seal_is_told_under_it():
    topic = discussions.start_topic(
        by=MemberFactory(),
        title="Who speaks first?",
        body="Who?",
        label=Label.CLEAR,
        attribution=Attribution.CHATHAM,
    )
    reply = discussions.reply(topic, by=MemberFactory(), body="One account does.")

    with pytest.raises(Refused, match="Chatham House mode"):
        tell(origin=str(Ref.to(reply)), label=Label.GREEN, attribution=Attribution.NAMED)


# We tried it, too


def test_who_tried_it_too_is_a_note_after_the_first():
    first = tell(label=Label.CLEAR)

    second = tell(after=first, variation="same", did="", title="We tried it, too: this")

    assert list(first.tried_too.all()) == [second]


def test_what_one_cannot_read_one_cannot_have_tried():
    reader = MemberFactory()
    hidden = ExperienceFactory(label=Label.RED)

    with pytest.raises(Exception, match="not open to you"):
        tell(reader, after=hidden, variation="same")


# Taking back


def test_what_is_taken_back_leaves_a_gap_without_words_files_or_history(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    author = MemberFactory()
    told = tell(author, patterns=(publish(),), label=Label.CLEAR)
    services.retell(told, account(happened="Better words."), by=author, base_version=1)
    here = Ref.to(told)
    Upload.objects.create(
        owner=author,
        type="pdf",
        name="x.pdf",
        size=1,
        thing_kind=here.kind,
        thing_id=here.pk,
        at=told.told_at,
    )
    again = tell(after=told, variation="changed")

    services.take_back(told, by=author)

    told.refresh_from_db()
    again.refresh_from_db()
    assert told.deleted_at
    assert again.after == told
    said = f"{told.title}{told.did}{told.happened}{told.html}{told.place}{told.country}"
    assert "words" not in said
    assert "Harbour" not in said
    assert not told.patterns.exists()
    assert not Upload.objects.filter(thing_kind=here.kind, thing_id=here.pk).exists()
    assert revisions.kept(told) == []
    _patterns, index = keeping.both()
    assert not index.of([told.pk])
