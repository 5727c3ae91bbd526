"""Experiences are reviewed: who may, what counts, and what makes it count no more."""

import json
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from media4sec.kit import standing
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity, Draft
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle, Membership
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns import queries, services
from media4sec.patterns.account import Account
from media4sec.patterns.models import Experience, Review
from media4sec.patterns.queries import incoming, outgoing
from media4sec.patterns.tests.factories import (
    ExperienceFactory,
    ThemeFactory,
    in_review,
    proposal_in_review,
    reviewer,
    signed,
)

pytestmark = pytest.mark.django_db


def state_of(experience, visitor=None):
    found = queries.experience_at(visitor or experience.author, experience.pk)
    return queries.experience_page(visitor or experience.author, found).review.state


def reviewed(**said):
    """Accepted by both."""
    told = in_review(**said)
    for kind in Review.Kind:
        signed(told, kind, is_public=True)
    return told


def reword(told, **said):
    found = Experience.objects.get(pk=told.pk)
    account = Account.of(found, found.patterns.all())
    words = Account(**{**vars(account), "happened": "People waited for it, twice.", **said})
    return services.retell(found, words, by=found.author, base_version=found.version)


def in_a_circle(*members, label=Label.AMBER, author=None, **said):
    author = author or MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author, *members])
    return in_review(author, circle=circle, label=label, **said)


# Who asks


def test_a_full_entry_waits_for_a_review_when_its_author_wishes_one():
    told = in_review(label=Label.GREEN)

    assert told.is_in_review
    assert state_of(told) == "in_review"
    assert Activity.objects.about(Ref.to(told)).filter(verb="wanted_review").exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"parts": {}}, "too short for a review"),
        ({"label": Label.RED, "readers": [0]}, "for its named readers only"),
    ],
)
def test_a_note_and_what_is_red_are_not_reviewed(said, sentence):
    if "readers" in said:
        said["readers"] = [MemberFactory()]

    with pytest.raises(Refused, match=sentence):
        in_review(**said)


def test_only_who_told_it_asks_for_its_review_and_withdraws_the_wish():
    told, other = in_review(), MemberFactory(is_editor=True)

    for act in (services.want_review, services.want_no_review):
        with pytest.raises(PermissionDenied):
            act(told, by=other)
    services.offer(told, by=reviewer(), kind="peer", declares=True)
    services.want_no_review(told, by=told.author)

    assert not Experience.objects.get().is_in_review
    assert not Review.objects.open().exists()
    with pytest.raises(Refused, match="not wait for a review"):
        services.want_no_review(told, by=told.author)


def test_what_was_taken_back_or_hidden_cannot_be_asked_about():
    gone, hidden = in_review(), in_review()
    services.take_back(gone, by=gone.author)
    standing.hide(hidden, decision=1, reason="It shows a face.")

    for told in (gone, Experience.objects.get(pk=hidden.pk)):
        with pytest.raises(PermissionDenied):
            services.want_review(told, by=told.author)
        with pytest.raises(PermissionDenied):
            services.offer(told, by=reviewer(), kind="peer", declares=True)


def test_the_table_holds_what_a_review_is():
    told, member, moment = in_review(), reviewer(), timezone.now()
    about = {"kind": "peer", "reviewer": member, "begun_at": moment}

    for wrong in ({}, {"experience": told, "proposal": proposal_in_review()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(**about, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Experience.objects.filter(pk=told.pk).update(label=Label.RED)


# Who reviews


def test_who_told_it_does_not_review_it():
    author = reviewer()

    with pytest.raises(PermissionDenied):
        services.offer(in_review(author), by=author, kind="peer", declares=True)


@pytest.mark.parametrize(
    "about", [{"confirmed_at": None}, {"suspended_at": timezone.now()}, {"is_active": False}]
)
def test_who_is_not_in_good_standing_does_not_review(about):
    with pytest.raises(PermissionDenied):
        services.offer(in_review(), by=reviewer(**about), kind="peer", declares=True)


def test_who_cannot_read_it_or_does_not_follow_its_theme_does_not_review():
    told = in_a_circle()

    for member in (reviewer(), reviewer(is_editor=True)):
        with pytest.raises(PermissionDenied):
            services.offer(told, by=member, kind="peer", declares=True)
    with pytest.raises(PermissionDenied):
        services.offer(in_review(), by=MemberFactory(), kind="peer", declares=True)


def test_who_declares_no_freedom_from_conflict_does_not_review():
    with pytest.raises(Refused, match="no conflict"):
        services.offer(in_review(), by=reviewer(), kind="peer", declares=False)


def test_who_left_the_circle_signs_nothing():
    member = reviewer()
    told = in_a_circle(member)
    services.offer(told, by=member, kind="peer", declares=True)
    Membership.objects.filter(member=member).delete()
    member = type(member).objects.get(pk=member.pk)

    with pytest.raises(PermissionDenied):
        signed(told, "peer", member=member)


def test_the_two_reviews_need_two_members():
    told, member = in_review(), reviewer()
    signed(told, "peer", member=member)

    with pytest.raises(Refused, match="another member"):
        services.offer(told, by=member, kind="ethics", declares=True)


def test_the_author_or_an_editor_asks_members_who_may_review_it():
    told, editor = in_review(), MemberFactory(is_editor=True)
    first, second = reviewer(), reviewer()

    services.ask(told, by=told.author, member=first, kind="peer")
    services.ask(told, by=editor, member=second, kind="ethics")

    assert Review.objects.open().count() == 2
    for asking in (MemberFactory(), first):
        with pytest.raises(PermissionDenied):
            services.ask(told, by=asking, member=reviewer(), kind="peer")
    for member in (told.author, MemberFactory()):
        with pytest.raises(Refused, match="cannot review"):
            services.ask(told, by=editor, member=member, kind="peer")


def test_in_a_circle_only_its_members_are_asked_though_others_may_read():
    inside, outside = reviewer(is_findable=True), reviewer(is_findable=True)
    author = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.OPEN, members=[author, inside])
    told = in_review(author, circle=circle, label=Label.GREEN)

    assert queries.candidates_for(author, told) == [inside]
    with pytest.raises(Refused, match="cannot review"):
        services.ask(told, by=author, member=outside, kind="peer")


def test_candidates_are_found_in_the_directory_and_can_read_it():
    hidden, inside, outside = reviewer(), reviewer(is_findable=True), reviewer(is_findable=True)
    told = in_a_circle(hidden, inside)

    assert outside not in queries.candidates_for(told.author, told)
    assert queries.candidates_for(told.author, told) == [inside]


def test_under_the_seal_only_who_told_it_asks():
    told = in_review(attribution=Attribution.CHATHAM)

    with pytest.raises(PermissionDenied):
        services.ask(told, by=MemberFactory(is_editor=True), member=reviewer(), kind="peer")
    assert services.ask(told, by=told.author, member=reviewer(), kind="peer").is_open


# What counts


def test_both_accept_the_same_version_and_it_is_reviewed_without_an_editor():
    told = in_review()
    signed(told, "peer")
    assert state_of(told) == "in_review"
    signed(told, "ethics")

    told = Experience.objects.get()
    assert (told.has_passed, told.is_in_review, told.state) == (True, False, "reviewed")
    assert told.review_by.year == timezone.now().year + 2
    assert state_of(told) == "reviewed"
    assert Activity.objects.filter(verb="passed").count() == 1
    with pytest.raises(Refused, match="reviewed already"):
        services.want_review(told, by=told.author)


def test_one_who_wants_changes_is_not_outvoted():
    told = in_review()
    signed(told, "peer", "revise")
    signed(told, "peer")
    signed(told, "ethics")

    assert state_of(Experience.objects.get()) == "in_review"


def test_after_an_edit_an_earlier_version_was_reviewed():
    told = reword(reviewed())

    assert (told.passed_version, told.version) == (1, 2)
    assert state_of(told) == "earlier"
    services.want_review(told, by=told.author)
    assert {each.is_open for each in told.reviews.filter(version=0)} == {True}
    assert told.reviews.open().count() == 2


def test_an_edit_during_the_review_asks_reviewers_to_sign_anew():
    told, peer, ethicist = in_review(), reviewer(), reviewer()
    signed(told, "peer", member=peer)
    services.offer(told, by=ethicist, kind="ethics", declares=True)
    told = reword(told)

    said = {"verdict": "accept", "text": "It is right as it stands."}
    with pytest.raises(services.ReadAnotherVersion):
        services.sign(told, by=ethicist, version=1, **said)
    services.sign(told, by=ethicist, version=2, **said)
    assert not Experience.objects.get().has_passed
    assert Activity.objects.filter(verb="changed", subject_kind="patterns.review").count() == 2
    signed(told, "peer", member=peer)
    assert Experience.objects.get().has_passed


def test_two_who_hold_an_older_copy_sign_and_both_count():
    told, people = in_review(), {"peer": reviewer(), "ethics": reviewer()}
    for kind, member in people.items():
        services.offer(told, by=member, kind=kind, declares=True)
    copies = [Experience.objects.get(), Experience.objects.get()]

    for copy, member in zip(copies, people.values(), strict=True):
        services.sign(copy, by=member, version=1, verdict="accept", text="It is right as it is.")

    assert Experience.objects.get().has_passed
    assert Activity.objects.filter(verb="passed").count() == 1


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite writes one transaction at a time anyway"
)
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_sign_at_once_and_both_count():
    told, people = in_review(), {"peer": reviewer(), "ethics": reviewer()}
    for kind, member in people.items():
        services.offer(told, by=member, kind=kind, declares=True)
    together, troubles = threading.Barrier(2), []

    def sign(member):
        try:
            mine = Experience.objects.get()
            together.wait(5)
            services.sign(
                mine, by=member, version=1, verdict="accept", text="It is right as it stands."
            )
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=[member]) for member in people.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert troubles == []
    assert Experience.objects.get().has_passed
    assert Activity.objects.filter(verb="passed").count() == 1


def test_two_years_later_it_may_be_out_of_date():
    told = reviewed()
    Experience.objects.update(review_by=timezone.localdate() - timedelta(days=1))
    editor = MemberFactory(is_editor=True)

    assert state_of(told) == "stale"
    assert [row.title for row in queries.desk_page(editor).stale] == [told.title]


# Who reads reviews


def test_lists_and_rules_and_pages_agree_about_reviews_of_experiences():
    peer, friend = reviewer(), MemberFactory()
    told = in_a_circle(peer, friend)
    signed(told, "peer", member=peer, is_public=True)
    public = reviewed(label=Label.CLEAR)
    editor, other = MemberFactory(is_editor=True), MemberFactory()

    expected = {told.author: 3, peer: 3, friend: 2, editor: 2, other: 2, AnonymousUser(): 2}
    for visitor, count in expected.items():
        visible = set(Review.objects.visible_to(visitor))
        assert len(visible) == count, visitor
        if visitor.is_authenticated:
            seen = {r for r in Review.objects.all() if visitor.has_perm("patterns.view_review", r)}
            assert seen == visible
        for each in (told, public):
            found = queries.experience_at(visitor, each.pk)
            rows = queries.experience_page(visitor, found).review.rows if found else []
            assert {row.pk for row in rows} == {r.pk for r in visible if r.experience_id == each.pk}


def test_a_review_is_shown_to_readers_with_its_writers_yes_and_once_it_has_passed():
    told, other = in_review(label=Label.CLEAR), MemberFactory()
    signed(told, "peer", is_public=True)
    assert not Review.objects.visible_to(other).exists()
    signed(told, "ethics")

    assert [each.kind for each in Review.objects.visible_to(other)] == ["peer"]


def test_narrowing_shuts_out_who_cannot_read_it_any_more():
    inside, outside = reviewer(), reviewer()
    author = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.OPEN, members=[author, inside])
    told = in_review(author, circle=circle, label=Label.GREEN)
    for member, kind in ((inside, "peer"), (outside, "ethics")):
        services.offer(told, by=member, kind=kind, declares=True)
    services.share_experience(told, by=author, label=Label.AMBER)

    assert [each.reviewer for each in Review.objects.open()] == [inside]
    assert not Review.objects.visible_to(outside).exists()
    services.share_experience(told, by=author, label=Label.RED, readers=[inside])
    assert not Review.objects.open().exists()
    assert not Experience.objects.get().is_in_review


def test_what_reviewers_signed_for_a_circle_is_not_shown_to_more_when_it_is_widened():
    author, inside = MemberFactory(), reviewer()
    circle = CircleFactory(kind=Circle.Kind.OPEN, members=[author, inside])
    told = in_review(author, circle=circle, label=Label.AMBER)
    signed(told, "peer", member=inside, is_public=True)
    services.share_experience(told, by=author, label=Label.GREEN)
    signed(told, "ethics")

    assert not Review.objects.visible_to(MemberFactory()).exists()
    assert Review.objects.visible_to(author).count() == 2


def test_what_is_taken_back_takes_the_words_of_its_reviews_along():
    told, member = reviewed(), reviewer()
    Draft.objects.create(
        owner=member, place=f"review:experience:{told.pk}:1", saved_at=timezone.now()
    )
    services.take_back(told, by=told.author)

    assert set(Review.objects.values_list("text", "html", "is_public")) == {("", "", False)}
    assert not Review.objects.visible_to(MemberFactory(is_editor=True)).exists()
    assert not Draft.objects.exists()
    assert Experience.objects.get().state == "shared"


def test_what_is_hidden_hides_its_reviews_and_gives_them_back():
    told, editor = reviewed(), MemberFactory(is_editor=True)
    standing.hide(told, decision=1, reason="It shows a face.")

    assert not Review.objects.visible_to(editor).exists()
    assert not Review.objects.visible_to(told.author).exists()
    standing.restore(Experience.objects.get(), decision=2)
    assert Review.objects.visible_to(editor).count() == 2


def test_a_seal_put_on_later_or_taken_off_never_names_a_reviewer():
    told = reviewed(label=Label.CLEAR)
    stranger = AnonymousUser()

    def names():
        found = queries.experience_at(stranger, told.pk)
        return {row.who.name for row in queries.experience_page(stranger, found).review.rows}

    reviewers = {each.reviewer.name for each in Review.objects.all()}
    assert names() == reviewers
    services.seal_experience(told, by=told.author)
    assert not names() & reviewers
    services.reveal_experience(told, by=told.author)
    assert not names() & reviewers


# Found


def test_the_catalogue_finds_what_is_reviewed_as_soon_as_it_is(client):
    told, _other = in_review(title="Looked at", label=Label.CLEAR), in_review(label=Label.CLEAR)
    assert "<article" not in client.get("/experiences/?state=reviewed").content.decode()
    for kind in Review.Kind:
        signed(told, kind)

    page = client.get("/experiences/?state=reviewed").content.decode()
    assert page.count("<article") == 1
    assert "Looked at" in page
    assert "Reviewed" in client.get("/experiences/?view=table").content.decode()
    reword(told)
    assert "<article" not in client.get("/experiences/?state=reviewed").content.decode()


def test_what_is_taken_away_says_whether_it_is_reviewed_and_a_file_claims_nothing():
    told = reviewed(label=Label.CLEAR)
    words = {"title": "From a file", "did": "We did.", "happened": "So it was."}
    facts = {"outcome": "mixed", "country": "NL", "themes": [ThemeFactory().slug]}
    row = {**words, **facts, "state": "reviewed"}

    (record,) = outgoing.experience_records(told.author, Label.GREEN)
    assert (record["state"], record["version"], record["reviewed_version"]) == ("reviewed", 1, 1)
    member = MemberFactory()
    batch = services.bring(json.dumps([row]).encode(), by=member, table="experiences")
    (shown,) = incoming.plan(batch, member).rows
    assert "Not reviewed, whatever the file says" in shown.says
    services.take_in(batch, by=member)
    assert not Experience.objects.get(title="From a file").has_passed


# Pages


def page(client, visitor, address):
    client.force_login(visitor, backend="media4sec.members.sessions.SignIn")
    return client.get(address).content.decode()


def test_an_entry_is_asked_about_reviewed_and_says_so_on_its_page(client):
    author, peer, ethicist = MemberFactory(), reviewer(), reviewer()
    told = in_review(author, label=Label.CLEAR)
    services.want_no_review(told, by=author)
    here = told.get_absolute_url()
    assert "Shared, not reviewed" in page(client, author, here)
    client.post(f"{told.review_url}want/")
    assert "Peer review: nobody yet." in page(client, author, here)

    for member, kind in ((peer, "peer"), (ethicist, "ethics")):
        assert told.title in page(client, member, "/patterns/proposals/")
        assert client.post(told.review_url, {"kind": kind}).status_code == 422
        client.post(told.review_url, {"kind": kind, "declares": "on"})
        assert "First we asked who speaks." in page(client, member, told.review_url)
        said = {"version": 1, "text": "We saw the same in our town.", "verdict": "accept"}
        assert client.post(told.review_url, {**said, "is_public": "on"}).url == here

    client.logout()
    public = client.get(here).content.decode()
    assert "Version 1, by members without a conflict of interest." in public
    assert "Peer review: signed on" in public
    assert public.count("We saw the same in our town.") == 2
    assert peer.name in public
    reword(told)
    assert "An earlier version was reviewed" in page(client, author, here)


def test_a_note_grows_is_reviewed_and_is_found_by_that(client):
    author = MemberFactory()
    told = ExperienceFactory(author=author, title="From note to entry", label=Label.CLEAR)
    client.force_login(author, backend="media4sec.members.sessions.SignIn")
    refused = client.post(f"{told.review_url}want/")
    assert refused.status_code == 422
    assert "Grow it into a full entry first." in refused.content.decode()

    told = reword(told, parts={"steps": "First we asked who speaks."})
    client.post(f"{told.review_url}want/")
    for kind in Review.Kind:
        signed(told, kind)

    client.logout()
    assert "From note to entry" in client.get("/experiences/?state=reviewed").content.decode()


def test_a_reviewer_sees_what_changed_since_they_signed(client):
    told, member = in_review(), reviewer()
    signed(told, "peer", "revise", member=member)
    reword(told)

    assert "What changed since you read it" in page(client, member, told.review_url)
    assert "<ins>" in page(client, member, told.review_url)


def test_what_was_changed_while_reading_comes_back_filled(client):
    told, member = in_review(), reviewer()
    services.offer(told, by=member, kind="peer", declares=True)
    reword(told)
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    said = {"version": 1, "text": "We saw the same in our town.", "verdict": "accept"}

    response = client.post(told.review_url, said)

    assert response.status_code == 422
    assert "We saw the same in our town." in response.content.decode()
    assert "changed while you were reading" in response.content.decode()


def test_strangers_and_others_find_no_review_page(client):
    told = in_a_circle()

    assert client.get(told.review_url).status_code == 302
    for address in ("", "ask/", "want/", "withdraw/", "leave/", "nothing/"):
        client.force_login(reviewer(), backend="media4sec.members.sessions.SignIn")
        assert client.get(f"{told.review_url}{address}").status_code == 404
    client.force_login(told.author, backend="media4sec.members.sessions.SignIn")
    assert client.get(told.review_url).status_code == 403
    assert client.get(f"{told.review_url}nothing/").status_code == 404


def test_a_review_is_given_back(client):
    told, member = in_review(), reviewer()
    services.offer(told, by=member, kind="peer", declares=True)
    client.force_login(member, backend="media4sec.members.sessions.SignIn")

    client.post(f"{told.review_url}leave/")

    assert not Review.objects.open().exists()
    assert client.post(f"{told.review_url}leave/").status_code == 403


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("attribution", list(Attribution))
def test_a_page_asks_as_much_for_ten_reviews_as_for_one(
    client, count, attribution, django_assert_max_num_queries
):
    told = in_review(label=Label.CLEAR, attribution=attribution)
    signed(told, "ethics", is_public=True)
    for _each in range(count):
        services.offer(told, by=reviewer(), kind="peer", declares=True)
    for each in Review.objects.open():
        each.declared_at = each.signed_at = timezone.now()
        each.version, each.verdict, each.is_public = 1, "accept", True
        each.save()
    Experience.objects.update(passed_version=1)
    here = told.get_absolute_url()
    client.get(here)

    with django_assert_max_num_queries(10):
        assert client.get(here).content.decode().count("signed on") >= count
    for visitor in (reviewer(), told.author):
        page(client, visitor, here)
        with django_assert_max_num_queries(16):
            client.get(here)


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("address", ["/patterns/desk/", "/patterns/proposals/"])
def test_ten_that_wait_ask_as_much_as_one(client, count, address, django_assert_max_num_queries):
    for _each in range(count):
        signed(in_review(), "peer")
        signed(in_review(attribution=Attribution.CHATHAM), "peer")
    page(client, reviewer(is_editor=True), address)

    with django_assert_max_num_queries(18):
        client.get(address)
