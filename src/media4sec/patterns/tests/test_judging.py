"""A reason is reported one by one: what is hidden leaves a gap, and does not count."""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from media4sec.kit import standing
from media4sec.kit.errors import Refused
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, rooms
from media4sec.members.models import Group
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import Judgement
from media4sec.patterns.queries import judgement_entry, pattern_entry, weights_of
from media4sec.patterns.tests.factories import publish

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"
WORDS = "It <b>calls</b> my street names."


def judged(pattern, by=None, face="ugly", because=WORDS, *, says_group=False):
    by = by or MemberFactory(name="Zora Quillfeather", group=Group.COMMUNITY)
    return services.judge(pattern, by=by, face=face, because=because, says_group=says_group)


def hidden(judgement):
    standing.hide(judgement, decision=7, reason="It insults somebody.")
    judgement.pattern.refresh_from_db()
    return judgement


def page_of(client, address, visitor=None):
    client.logout()
    if visitor:
        client.force_login(visitor, backend=SIGN_IN)
    return client.get(address, follow=True).content.decode()


def test_each_reason_is_reported_from_where_it_stands(client):
    pattern = publish()
    first, second = judged(pattern), judged(pattern, MemberFactory(), because="It is too slow.")

    page = page_of(client, pattern.get_absolute_url())
    for each in (first, second):
        assert f'href="/report/patterns.judgement:{each.pk}/"' in page
        assert f'id="judgement-{each.pk}"' in page
    form = page_of(client, f"/report/patterns.judgement:{second.pk}/")

    assert pattern.title in form
    assert client.get(second.get_absolute_url()).url.endswith(f"#judgement-{second.pk}")


def test_a_report_is_of_this_reason_alone(client):
    pattern = publish()
    judgement = judged(pattern)
    client.force_login(MemberFactory(), backend=SIGN_IN)

    client.post(
        f"/report/patterns.judgement:{judgement.pk}/",
        {"words": "It insults people who live there."},
    )

    case = apps.get_model("moderation", "case").objects.get()
    assert (case.thing_kind, case.thing_id) == ("patterns.judgement", judgement.pk)


def test_what_is_hidden_is_a_gap_and_does_not_count(client):
    pattern = publish()
    judged(pattern, MemberFactory(), face="good", because="It is quick and clear.")
    ugly = judged(pattern)
    pattern.refresh_from_db()
    assert pattern_entry(pattern).face == ""

    hidden(ugly)

    pattern.refresh_from_db()
    page = page_of(client, pattern.get_absolute_url())
    assert "my street names" not in page
    assert "Hidden by a moderator. It insults somebody." in page
    assert f"/report/patterns.judgement:{ugly.pk}/" not in page
    assert [(each.votes, each.percent) for each in weights_of(pattern)] == [
        (1, 100),
        (0, 0),
        (0, 0),
    ]
    assert pattern_entry(pattern).face == "good"
    compared = page_of(client, f"/patterns/compare/?with={pattern.slug}")
    assert "my street names" not in compared


def test_what_is_put_back_counts_as_before(client):
    pattern = publish()
    ugly = hidden(judged(pattern))
    assert "my street names" not in page_of(client, pattern.get_absolute_url())

    standing.restore(ugly, decision=8)

    pattern.refresh_from_db()
    assert "my street names" in page_of(client, pattern.get_absolute_url())
    assert pattern.beside["faces"] == {"ugly": 1}
    assert pattern.beside["gaps"] == []


def test_who_said_it_finds_the_reasons_and_says_nothing_over_them(client):
    pattern, member = publish(), MemberFactory()
    judgement = hidden(judged(pattern, member))

    page = page_of(client, f"{pattern.get_absolute_url()}judge/", member)
    assert "/decisions/7/" in page
    assert "<textarea" not in page
    with pytest.raises(Refused, match="cannot be changed"):
        judged(pattern, member, because="The same in other words.")
    with pytest.raises(Refused, match="cannot be changed"):
        services.take_back_judgement(pattern, by=member)
    for visitor, seen in ((member, 1), (MemberFactory(), 0), (AnonymousUser(), 0)):
        assert Judgement.objects.visible_to(visitor).count() == seen
    assert page_of(client, judgement.get_absolute_url(), MemberFactory()).count("404") >= 1
    own = next(room.slots["export"] for room in rooms() if room.name == "patterns")
    assert json.loads(own(None, member=member))["judgements"][0]["because"] == WORDS


def test_no_door_says_who_judged():
    judgement = judged(publish())
    entry = judgement_entry(judgement)

    assert (entry.author, entry.author_id) == ("A member", None)
    assert entry.html == "<p>It &lt;b&gt;calls&lt;/b&gt; my street names.</p>"
    assert kind_of(Ref.to(judgement)).writers(judgement) == [judgement.author_id]
    assert judgement_entry(hidden(judgement)).is_withheld


@pytest.mark.parametrize("count", [1, 10])
def test_ten_judgements_ask_as_much_as_one(client, count, django_assert_max_num_queries):
    pattern = publish()
    for _ in range(count):
        judged(pattern, MemberFactory())
    hidden(judged(pattern, MemberFactory()))

    with django_assert_max_num_queries(9):
        page = client.get(pattern.get_absolute_url()).content.decode()

    assert page.count(f"/report/{Judgement._meta.label_lower}:") == count
