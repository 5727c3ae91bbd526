"""The pages where one tells: nothing typed is lost, nothing is sent twice, nothing goes too far."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media4sec.discussions import services as discussions
from media4sec.kit import drafts, standing
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns.models import Experience
from media4sec.patterns.room import export
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, publish
from media4sec.patterns.tests.test_telling import tell

pytestmark = pytest.mark.django_db
NEW = "/experiences/new/"


@pytest.fixture
def member(client):
    member = MemberFactory(name="Telling member", country="NL")
    client.force_login(member)
    return member


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def note(**changed):
    return {
        "attempt": "one",
        "title": "One account spoke for all",
        "did": "We named one account.",
        "happened": "People waited for it.",
        "outcome": "did_not_work",
        "theme": ThemeFactory().slug,
        "country": "NL",
        "label": Label.CLEAR,
        "attribution": Attribution.NAMED,
        **changed,
    }


def words_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


# The note


def test_the_form_says_that_failures_are_welcome(client, member):
    assert "Failures are as welcome as successes" in words_of(client, NEW)


def test_a_note_is_told_and_invites_to_say_more(client, member):
    pattern = publish()

    response = client.post(NEW, note(pattern_1=pattern.slug))

    told = Experience.objects.get()
    assert response.url == f"/experiences/{told.pk}/"
    page = words_of(client, response.url)
    for words in ("Did not work", "We named one account.", "Grow it into a full entry"):
        assert words in page
    assert pattern.title in page


def test_a_double_click_tells_it_once(client, member):
    sent = note()

    first, second = client.post(NEW, sent), client.post(NEW, sent)

    assert first.url == second.url
    assert Experience.objects.count() == 1


def test_a_refused_note_comes_back_filled_in_and_is_kept(client, member):
    response = client.post(NEW, note(title="Hm", happened="Words of mine"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "four letters" in page
    assert "Words of mine" in page
    assert "Words of mine" in words_of(client, NEW)


def test_without_a_session_the_words_wait_until_one_has_signed_in(client):
    response = client.post(NEW, note())

    assert response.status_code == 302
    assert "/account/" in response.url
    assert not Experience.objects.exists()


def test_a_file_is_carried_by_what_it_was_brought_for(client, member):
    pdf = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 words %%EOF")
    client.post(NEW, note(then="attach", file=pdf))
    waiting = re.search(r'name="upload" value="(\d+)"', words_of(client, NEW))[1]

    client.post(NEW, note(upload=waiting))

    told = Experience.objects.get()
    assert [each["name"] for each in told.attachments] == ["plan.pdf"]
    assert client.get(f"/files/{waiting}/").status_code == 200


def test_in_a_circle_its_labels_are_offered(client, member):
    CircleFactory(kind=Circle.Kind.CLOSED, members=[member], slug="inside", title="Inside")
    CircleFactory(kind=Circle.Kind.HIDDEN, slug="hidden", title="Hidden")

    where = words_of(client, f"{NEW}?where=1")
    page = words_of(client, f"{NEW}?circle=inside")

    assert "Inside" in where
    assert "Hidden" not in where
    assert 'value="TLP:AMBER"' in page
    assert 'value="TLP:GREEN"' not in page
    words_of(client, f"{NEW}?circle=hidden", status=404)


# We tried it, too


def test_three_lines_from_a_pattern(client, member):
    pattern = publish()
    address = f"{NEW}?tried={pattern.slug}"
    assert address in words_of(client, pattern.get_absolute_url())

    lines = {"variation": "same", "country": "PT", "outcome": "worked", "happened": "It did."}
    client.post(address, {**lines, "label": "TLP:CLEAR", "attribution": "named", "attempt": "a"})

    told = Experience.objects.get()
    assert list(told.patterns.all()) == [pattern]
    assert (told.variation, told.country, told.theme) == ("same", "PT", pattern.theme)
    assert "Worked in 1 of 1 place." in words_of(client, pattern.get_absolute_url())


def test_three_lines_after_an_experience_and_both_places_are_counted(client, member):
    first = tell(MemberFactory(), label=Label.CLEAR, outcome="worked")
    address = f"{NEW}?after={first.pk}"

    lines = {"variation": "changed", "country": "PT", "outcome": "harmed", "happened": "Badly."}
    client.post(address, {**lines, "label": "TLP:CLEAR", "attribution": "named", "attempt": "a"})

    page = words_of(client, first.get_absolute_url())
    assert "Worked in 1 of 2 places. Harmed: 1." in page
    second = Experience.objects.get(after=first)
    assert first.title in words_of(client, second.get_absolute_url())


def test_who_cannot_read_the_first_never_learns_of_it(client, member):
    owner = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[owner])
    first = tell(owner, label=Label.AMBER, circle=circle, title="A secret title")
    second = tell(owner, label=Label.CLEAR, after=first, variation="same", title="Tried it, too")

    assert "A secret title" not in words_of(client, second.get_absolute_url())
    words_of(client, f"{NEW}?after={first.pk}", status=404)


# From an answer


def test_an_accepted_answer_becomes_an_experience_filled_in(client, member):
    topic = discussions.start_topic(by=MemberFactory(), title="Who speaks?", body="Who?")
    reply = discussions.reply(topic, by=member, body="One account speaks.")
    discussions.accept(reply, by=topic.author)
    address = f"{NEW}?from={Ref.to(reply)}"

    assert address in words_of(client, topic.get_absolute_url())
    page = words_of(client, address)

    assert "Who speaks?" in page
    assert "One account speaks." in page
    assert 'value="TLP:GREEN"' in page
    assert 'value="TLP:CLEAR"' not in page


def test_words_of_somebody_else_come_as_a_quotation_without_a_name(client, member):
    asker, helper = MemberFactory(), MemberFactory(name="Helping hand")
    topic = discussions.start_topic(by=asker, title="Who speaks?", body="Who?")
    reply = discussions.reply(topic, by=helper, body="One account speaks.")

    page = words_of(client, f"{NEW}?from={Ref.to(reply)}")

    assert "&gt; One account speaks." in page
    assert "Helping hand" not in page


@pytest.mark.parametrize("address", ["discussions.reply:99", "x", "members.member:1", "a.b:1"])
def test_what_cannot_be_read_is_no_beginning(client, member, address):
    words_of(client, f"{NEW}?from={address}", status=404)


# Growing


def entry(told, **changed):
    return {
        **note(),
        "title": told.title,
        "version": told.version,
        "language": "en",
        "evidence": "2",
        "contact": "named",
        "part_steps": "First this.",
        "effect_says": "Fewer calls.",
        "effect_quality": "1",
        "effect_sources": "Our own count\n\nA report",
        "actors": ["police", "citizens"],
        "phases": ["during"],
        "size": "town",
        **changed,
    }


def test_a_note_grows_into_a_full_entry(client, member):
    told = tell(member, label=Label.CLEAR)
    page = words_of(client, f"/experiences/{told.pk}/edit/")
    assert "We named **one** account." in page

    response = client.post(f"/experiences/{told.pk}/edit/", entry(told))

    assert response.status_code == 302
    page = words_of(client, told.get_absolute_url())
    for words in ("First this.", "Fewer calls.", "A report", "Police, Citizens", "Own figures"):
        assert words in page
    assert f"/people/{member.pk}/" in page
    history = words_of(client, f"/experiences/{told.pk}/history/")
    assert "<ins>" in history


def test_two_editors_at_once_see_both_texts(client, member):
    told = tell(member, label=Label.CLEAR)
    mine = entry(told, happened="What I write.")
    client.post(f"/experiences/{told.pk}/edit/", entry(told, happened="Saved first."))

    response = client.post(f"/experiences/{told.pk}/edit/", {**mine, "attempt": "two"})

    page = re.sub(r"<[^>]+>", "", response.content.decode())
    assert 'name="version" value="2"' in response.content.decode()
    assert response.status_code == 409
    assert "Saved first." in page
    assert "What I write." in page


def test_every_field_of_the_entry_fits_into_a_draft(client, member):
    told = tell(member)
    response = client.post(f"/experiences/{told.pk}/edit/", entry(told, then="draft"))

    assert response.status_code == 302
    kept = Draft.objects.get(place=f"experience:{told.pk}:1").fields
    assert kept["actors"] == "police,citizens"
    page = words_of(client, f"/experiences/{told.pk}/edit/")
    assert re.search(r'value="citizens"[^>]*checked', page)


def test_a_script_keeps_every_box_of_a_draft(client, member):
    place = "experience:1:1"
    client.post("/drafts/", {"place": place, "actors": ["police", "citizens"]})

    assert drafts.load(member, place)["actors"] == "police,citizens"


@pytest.mark.parametrize("page", ["edit", "sharing", "take-back"])
def test_nobody_else_comes_to_these_pages(client, member, page):
    told = tell(MemberFactory(), label=Label.CLEAR)

    assert client.get(f"/experiences/{told.pk}/{page}/").status_code == 403


def test_the_author_narrows_and_takes_back(client, member):
    told = tell(member, label=Label.CLEAR)

    client.post(f"/experiences/{told.pk}/sharing/", {"label": Label.GREEN})
    told.refresh_from_db()
    assert told.label == Label.GREEN

    assert "cannot be undone" in words_of(client, f"/experiences/{told.pk}/take-back/")
    client.post(f"/experiences/{told.pk}/take-back/")
    page = words_of(client, told.get_absolute_url())
    assert "Taken back by who told it." in page
    assert "People waited" not in page


# Where it shows


def test_its_circle_leads_to_the_form_and_the_export_has_it(client, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member], slug="inside")
    tell(member, circle=circle, label=Label.AMBER, title="Told inside")
    tell(member, attribution=Attribution.CHATHAM, title="Told under the seal")

    assert "/experiences/new/?circle=inside" in words_of(client, "/circles/inside/")
    own = json.loads(export(None, member=member))["experiences"]
    assert [each["title"] for each in own] == ["Told inside", "Told under the seal"]


def test_red_is_counted_on_the_list_and_told_nowhere(client, member):
    tell(MemberFactory(), label=Label.RED, readers=[member], title="For one only")

    index = words_of(client, "/experiences/")
    way = words_of(client, "/experiences/only-for-you/")

    assert "1 experience is only for you" in index
    assert "For one only" not in index + way
    assert "Something for you" in way


def test_hidden_words_leave_a_marked_gap(client):
    told = tell(MemberFactory(), label=Label.CLEAR, parts={"steps": "A bad step."})
    standing.hide(told, decision=1, reason="It shows a face.")

    page = words_of(client, told.get_absolute_url())
    assert "It shows a face." in page
    assert "A bad step." not in page
    standing.restore(Experience.objects.get(pk=told.pk), decision=2)
    assert "A bad step." in words_of(client, told.get_absolute_url())


@pytest.mark.parametrize("count", [1, 10])
def test_a_page_asks_as_much_for_ten_as_for_one(client, count, django_assert_max_num_queries):
    told = ExperienceFactory(label=Label.CLEAR)
    ExperienceFactory.create_batch(count, after=told, label=Label.CLEAR)
    client.get(told.get_absolute_url())

    with django_assert_max_num_queries(10):
        client.get(told.get_absolute_url())


def test_what_members_typed_is_no_html(client):
    told = tell(MemberFactory(), label=Label.CLEAR, happened="<script>alert(1)</script> <b>x</b>")

    assert "<script>alert" not in words_of(client, told.get_absolute_url())
