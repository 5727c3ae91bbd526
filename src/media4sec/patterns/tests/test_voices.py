"""How it was for us: by whom it is said, who reads it, and where it stands."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.kit import standing
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Group
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import Judgement, Voice
from media4sec.patterns.queries import voice_entry
from media4sec.patterns.queries.voices import fetch_voices
from media4sec.patterns.tests.factories import ExperienceFactory, publish

pytestmark = pytest.mark.django_db
WORDS = "The street was closed for a day, and nobody told us why."
SIGN_IN = "media4sec.members.sessions.SignIn"


def neighbour(**said):
    return MemberFactory(**{"group": Group.COMMUNITY, **said})


def page_of(client, thing, visitor=None):
    if visitor:
        client.force_login(visitor, backend=SIGN_IN)
    else:
        client.logout()
    return client.get(thing.get_absolute_url()).content.decode()


@pytest.mark.parametrize("group", [Group.COMMUNITY, Group.BUSINESS, Group.USER])
def test_those_it_touches_tell_how_it_was(client, group):
    pattern = publish()
    services.speak(pattern, by=MemberFactory(group=group), text=WORDS)

    assert WORDS in page_of(client, pattern)


@pytest.mark.parametrize("group", [Group.LAW_ENFORCEMENT, Group.RESEARCH, ""])
def test_practitioners_have_their_own_place(client, group):
    pattern, member = publish(), MemberFactory(group=group)

    with pytest.raises(PermissionDenied, match="local communities"):
        services.speak(pattern, by=member, text=WORDS)
    client.force_login(member, backend=SIGN_IN)
    assert client.get(f"{pattern.get_absolute_url()}voice/").status_code == 403
    assert "Tell how it was for you" not in page_of(client, pattern, member)


def test_it_stands_beside_the_solution_and_never_below_the_account(client):
    pattern, experience = publish(), ExperienceFactory(parts={"aim": "x"}, html={"aim": "<p>x</p>"})
    for thing in (pattern, experience):
        services.speak(thing, by=neighbour(), text=WORDS)

    page = page_of(client, pattern)
    assert page.index('id="solution"') < page.index(WORDS) < page.index('id="howto"')
    page = page_of(client, experience)
    assert page.index("What happened") < page.index(WORDS) < page.index("What we wanted")


def test_one_tells_it_once_and_can_take_it_back(client):
    pattern, member = publish(), neighbour()
    voice = services.speak(pattern, by=member, text=WORDS)

    with pytest.raises(Refused, match="before"):
        services.speak(pattern, by=member, text=WORDS)
    with pytest.raises(PermissionDenied):
        services.take_back_voice(voice, by=neighbour())
    client.force_login(member, backend=SIGN_IN)
    client.post(f"/voices/{voice.pk}/take-back/")

    assert WORDS not in page_of(client, pattern)
    assert Voice.objects.get().text == ""
    services.speak(pattern, by=member, text="Told anew, in other words.")


@pytest.mark.parametrize("label", [Label.CLEAR, Label.GREEN, Label.RED])
def test_it_is_read_exactly_as_far_as_its_experience(client, label):
    author = neighbour()
    experience = ExperienceFactory(author=author, label=label)
    voice = services.speak(experience, by=author, text=WORDS)
    people = {"stranger": AnonymousUser(), "member": MemberFactory(), "author": author}

    for visitor in people.values():
        of_thing = type(experience).objects.visible_to(visitor).filter(pk=experience.pk).exists()
        assert Voice.objects.visible_to(visitor).filter(pk=voice.pk).exists() == of_thing
    client.force_login(people["member"], backend=SIGN_IN)
    found = client.get(voice.get_absolute_url()).status_code
    assert found == (404 if label == Label.RED else 302)
    assert voice_entry(fetch_voices([voice.pk])[0]).label == label


@pytest.mark.parametrize("gone", [{"deleted_at": timezone.now()}, {"standing": "hidden"}])
def test_with_its_experience_it_is_gone(gone):
    experience = ExperienceFactory()
    voice = services.speak(experience, by=neighbour(), text=WORDS)
    for name, value in gone.items():
        setattr(experience, name, value)
    experience.save()

    assert not Voice.objects.visible_to(MemberFactory()).exists()
    assert voice_entry(fetch_voices([voice.pk])[0]).is_withheld


def test_beside_a_chatham_experience_nobody_is_named(client):
    member = neighbour(name="Zora Quill")
    experience = ExperienceFactory(attribution=Attribution.CHATHAM)
    voice = services.speak(experience, by=member, text=WORDS)

    for visitor in (None, MemberFactory(), experience.author):
        page = page_of(client, experience, visitor)
        assert WORDS in page
        assert "Zora Quill" not in page
        assert f"/people/{member.pk}/" not in page
    entry = voice_entry(fetch_voices([voice.pk])[0])
    assert (entry.author_id, "Zora" in entry.author) == (None, False)


def test_what_moderators_hide_leaves_a_marked_gap(client):
    pattern = publish()
    voice = services.speak(pattern, by=neighbour(name="Zora Quill"), text=WORDS)
    standing.hide(voice, decision=1, reason="It names a person.")

    page = page_of(client, pattern)

    assert WORDS not in page
    assert "Zora Quill" not in page
    assert "Hidden by a moderator. It names a person." in page


def test_what_members_type_is_no_html(client):
    pattern = publish()
    services.speak(pattern, by=neighbour(), text="<script>alert(1)</script> It was loud that day.")

    assert "<script>alert" not in page_of(client, pattern)


def test_a_text_that_was_refused_comes_back(client):
    pattern = publish()
    client.force_login(neighbour(), backend=SIGN_IN)

    response = client.post(f"{pattern.get_absolute_url()}voice/", {"text": "Too short"})

    assert response.status_code == 422
    assert "Too short" in response.content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_ten_voices_ask_as_much_as_one(client, count, django_assert_max_num_queries):
    pattern = publish()
    for _ in range(count):
        services.speak(pattern, by=neighbour(), text=WORDS)

    client.get(pattern.get_absolute_url())
    with django_assert_max_num_queries(7):
        client.get(pattern.get_absolute_url())


# Good, bad or ugly


def test_a_member_has_one_judgement_and_can_change_it_and_take_it_back(client):
    pattern, member = publish(), MemberFactory()
    client.force_login(member, backend=SIGN_IN)
    address = f"{pattern.get_absolute_url()}judge/"

    client.post(address, {"face": "good", "because": "It is quick and clear."})
    client.post(address, {"face": "ugly", "because": "It hides who decides."})

    page = page_of(client, pattern, member)
    assert Judgement.objects.get().face == "ugly"
    assert "It is quick and clear." not in page
    assert "It hides who decides." in page
    assert "It hides who decides." in client.get(address).content.decode()
    client.post(address, {"then": "remove"})
    assert "It hides who decides." not in page_of(client, pattern)


def test_the_page_shows_the_balance_in_numbers(client):
    pattern = publish()
    for face in ("good", "good", "good", "bad"):
        services.judge(
            pattern, by=MemberFactory(), face=face, because="Seen from here.", says_group=False
        )

    page = page_of(client, pattern)

    assert '<rect width="100%" height="100%"/></svg><b class="num">3</b>' in page
    assert '<rect width="33%" height="100%"/></svg><b class="num">1</b>' in page
    assert '<b class="num">0</b>' in page


@pytest.mark.parametrize(
    ("audience", "says", "shown"),
    [("everyone", False, True), ("community", False, False), ("community", True, True)],
)
def test_the_group_is_shown_to_all_only_with_ones_own_yes(client, audience, says, shown):
    pattern = publish()
    member = MemberFactory(group=Group.BUSINESS, visibility={"group": audience}, name="Zora Quill")

    services.judge(pattern, by=member, face="bad", because="It cost us a day.", says_group=says)

    page = page_of(client, pattern)
    assert ("Business</span></span>It cost us a day." in page) == shown
    assert "Zora Quill" not in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"face": "nice"}, "Choose one of the three"),
        ({"because": ""}, "Say why"),
        ({"because": "x" * 301}, "300 letters"),
    ],
)
def test_a_judgement_has_a_face_and_a_reason(said, sentence):
    whole = {"face": "good", "because": "It is quick and clear.", "says_group": False, **said}

    with pytest.raises(Refused, match=sentence):
        services.judge(publish(), by=MemberFactory(), **whole)


def test_the_form_says_that_everybody_reads_it(client):
    pattern = publish()
    client.force_login(MemberFactory(), backend=SIGN_IN)

    assert (
        "Everybody can read it."
        in client.get(f"{pattern.get_absolute_url()}judge/").content.decode()
    )


def test_strangers_and_suspended_members_judge_nothing():
    pattern = publish()

    for visitor in (AnonymousUser(), MemberFactory(suspended_at=timezone.now())):
        with pytest.raises(PermissionDenied):
            services.judge(
                pattern, by=visitor, face="good", because="It is quick.", says_group=False
            )
