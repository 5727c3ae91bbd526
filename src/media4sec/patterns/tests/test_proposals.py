"""Proposals as pages: writing, reading, sending in, reviewing, publishing."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.kit import law
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.rooms import kinds
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import queries, services
from media4sec.patterns.forms.begun import initial_of
from media4sec.patterns.models import Pattern, Proposal, Review
from media4sec.patterns.tests.factories import (
    ExperienceFactory,
    ThemeFactory,
    card,
    proposal_in_review,
    publish,
    reviewer,
    signed,
    words,
)

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"


def signed_in(client, member):
    client.force_login(member, backend=SIGN_IN)
    return client


def filled(**changed):
    """What a browser sends of the whole form."""
    return {
        "title": "Answer the rumour early",
        "summary": "Say early what you know and what you do not.",
        "context": "A rumour spreads, and every hour of silence makes it more true.",
        "forces": "Speed helps.\nHaste harms.",
        "therefore": "Therefore, say early what you know and what you do not.",
        "steps": "**Look.** Where is it said?\n**Answer.** There, not elsewhere.",
        "limits": "An answer can spread it.",
        "theme": ThemeFactory().slug,
        "actors": ["police", "citizens"],
        "language": "en",
        "evidence": "1",
        "law_rows": "2",
        "law_0_kind": "never",
        "law_0_text": "imply that somebody is guilty.",
        "law_0_provisions": ["EU Charter, Article 11 [CFR.11]", law.provision("ECHR.8").name],
        "source_rows": "1",
        "source_0_text": "A report",
        "source_0_url": "https://example.org/report",
        "relation_rows": "1",
        "effect_says": "Fewer questions on the phone.",
        "effect_quality": "2",
        "effect_sources": "Our own count",
        **changed,
    }


# Writing


def test_every_field_of_the_card_is_written_in_one_form(client):
    member = MemberFactory()
    signed_in(client, member)

    response = client.post("/patterns/new/", filled())

    proposal = Proposal.objects.get()
    assert response.url == proposal.get_absolute_url()
    assert proposal.content["steps"] == [
        "**Look.** Where is it said?",
        "**Answer.** There, not elsewhere.",
    ]
    assert proposal.content["law"] == [
        {
            "kind": "never",
            "text": "imply that somebody is guilty.",
            "provisions": ["CFR.11", "ECHR.8"],
        }
    ]
    assert proposal.content["sources"] == [
        {"text": "A report", "url": "https://example.org/report"}
    ]
    assert proposal.emmie == {
        "effect": {
            "says": "Fewer questions on the phone.",
            "quality": 2,
            "sources": ["Our own count"],
        }
    }
    assert (proposal.state, proposal.actors, proposal.evidence) == (
        "draft",
        ["police", "citizens"],
        1,
    )


def test_the_form_shows_a_pattern_as_it_is_and_saves_it_as_it_was(client):
    pattern = publish()
    signed_in(client, MemberFactory())
    said = {
        name: value
        for name, value in initial_of(pattern).items()
        if value is not None and not name.startswith("law_0_prov")
    }
    said["law_0_provisions"] = re.findall(
        r'name="law_0_provisions" value="([^"]+)"',
        client.get(f"{pattern.get_absolute_url()}improve/").content.decode(),
    )

    client.post(f"{pattern.get_absolute_url()}improve/", said)

    proposal = Proposal.objects.get()
    pattern.refresh_from_db()
    assert proposal.pattern == pattern
    assert proposal.content == pattern.content
    assert proposal.base_version == 1


def test_what_one_told_begins_a_pattern_in_ones_own_words(client):
    told = ExperienceFactory(
        title="We said when the next message comes",
        parts={"steps": "Say what you know.\nSay when you speak again.", "aim": "Fewer calls."},
    )
    signed_in(client, told.author)
    page = client.get(f"/patterns/new/?from={told.pk}").content.decode()

    response = client.post(f"/patterns/new/?from={told.pk}", filled(title=told.title))

    assert "Say when you speak again." in page
    assert f"/experiences/{told.pk}/" in page  # as its first source
    assert f"/patterns/new/?from={told.pk}" in client.get(told.get_absolute_url()).content.decode()
    proposal = Proposal.objects.get()
    assert response.url == proposal.get_absolute_url()
    assert proposal.author == told.author


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"attribution": Attribution.CHATHAM}, 403), ({"label": Label.RED}, 403)],
)
def test_what_is_sealed_or_narrow_becomes_no_pattern(client, changed, status):
    told = ExperienceFactory(**changed)
    signed_in(client, told.author)

    assert client.get(f"/patterns/new/?from={told.pk}").status_code == status
    page = client.get(told.get_absolute_url()).content.decode()
    assert "/patterns/new/?from=" not in page


def test_only_who_told_it_makes_a_pattern_of_it(client):
    told = ExperienceFactory()
    signed_in(client, MemberFactory())

    assert client.get(f"/patterns/new/?from={told.pk}").status_code == 403
    assert client.get("/patterns/new/?from=99999").status_code == 404


def test_another_row_comes_by_a_button_and_nothing_is_lost(client):
    signed_in(client, MemberFactory())

    response = client.post("/patterns/new/", {**filled(), "then": "more-law"}, follow=True)

    page = response.content.decode()
    assert 'name="law_2_text"' in page
    assert 'name="law_3_text"' not in page
    assert "imply that somebody is guilty." in page
    assert "EU Charter, Article 11 [CFR.11]" in page
    assert re.search(r'value="citizens"[^>]*checked', page)
    assert not Proposal.objects.exists()


def test_the_largest_form_is_kept_as_a_draft(client):
    signed_in(client, MemberFactory())
    most = {f"{rows}_rows": "12" for rows in ("law", "source", "relation")}
    rows = {
        f"{rows}_{number}_{part}": ""
        for rows, parts in (
            ("law", ("kind", "text", "provisions")),
            ("source", ("text", "url")),
            ("relation", ("how", "to", "because")),
        )
        for number in range(12)
        for part in parts
    }
    boxes = {
        f"{name}_{part}": ""
        for name in ("effect", "mechanism", "moderators", "implementation", "economics")
        for part in ("says", "quality", "sources")
    }

    response = client.post(
        "/patterns/new/", {**boxes, **rows, **filled(**most), "then": "draft"}, follow=True
    )

    assert "every hour of silence" in response.content.decode()
    assert 'name="law_11_text"' in response.content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": ""}, "Give it a name."),
        ({"law_0_provisions": ["Law of the sea"]}, "We do not know “Law of the sea”"),
        ({"source_0_url": "javascript:alert(1)"}, "begins with https"),
        ({"co_maintainers": "Nobody Known"}, "We cannot find Nobody Known"),
        ({"summary": "x" * 201}, "is too long"),
        ({"limits": "x" * 1001}, "is too long"),
    ],
)
def test_what_is_refused_comes_back_filled_and_says_why(client, said, sentence):
    signed_in(client, MemberFactory())

    response = client.post("/patterns/new/", filled(**said))

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "every hour of silence" in page
    assert not Proposal.objects.exists()


def test_a_draft_needs_only_a_name_and_what_is_sent_in_needs_all(client):
    member = MemberFactory()
    signed_in(client, member)
    theme = ThemeFactory().slug
    bare = {"title": "Later", "theme": theme, "language": "en", "evidence": "0"}
    client.post("/patterns/new/", bare)
    proposal = Proposal.objects.get()

    response = client.post(
        f"{proposal.get_absolute_url()}submit/", {"version": 1, "has_licensed": "on"}
    )

    assert response.status_code == 422
    assert "where one meets this" in response.content.decode()


def test_only_with_the_licence_chosen_knowingly_is_it_sent_in(client):
    member = MemberFactory()
    proposal = services.propose(words(), by=member)
    signed_in(client, member)
    address = f"{proposal.get_absolute_url()}submit/"

    assert "CC BY 4.0" in client.get(address).content.decode()
    assert client.post(address, {"version": 1}).status_code == 422
    assert client.post(address, {"version": 1, "has_licensed": "on"}).status_code == 302

    proposal.refresh_from_db()
    assert proposal.is_in_review
    assert proposal.licensed_at


def test_two_editors_at_once_are_told_and_see_both_texts(client):
    member, helper = MemberFactory(), MemberFactory()
    proposal = services.propose(words(co_maintainers=[helper]), by=member)
    services.edit_proposal(
        proposal,
        words(card=card(therefore="Therefore, wait a little."), co_maintainers=[helper]),
        by=helper,
        base_version=1,
        pattern_version=0,
    )
    signed_in(client, member)

    response = client.post(
        f"{proposal.get_absolute_url()}edit/",
        filled(version=1, therefore="Therefore, answer at once, whatever it is."),
    )

    page = response.content.decode()
    assert response.status_code == 409
    both = re.sub("</?(?:del|ins)>", "", page)
    assert "wait a little." in both
    assert "answer at once, whatever it is." in both
    assert 'name="version" value="2"' in page
    proposal.refresh_from_db()
    assert proposal.version == 2


def test_an_older_version_overwrites_nothing():
    member = MemberFactory()
    proposal = services.propose(words(), by=member)
    services.edit_proposal(proposal, words(), by=member, base_version=1, pattern_version=0)

    with pytest.raises(EditedMeanwhile):
        services.edit_proposal(proposal, words(), by=member, base_version=1, pattern_version=0)
    with pytest.raises(EditedMeanwhile):
        services.submit(proposal, by=member, base_version=1, has_licensed=True)


def test_a_change_is_compared_with_the_text_that_stands(client):
    pattern, member = publish(), MemberFactory()
    text = card(therefore="Therefore, name two accounts that speak first.")
    proposal = proposal_in_review(member, pattern=pattern, title=pattern.title, card=text)

    page = signed_in(client, MemberFactory()).get(proposal.get_absolute_url()).content.decode()

    assert "<del>one</del>" in page
    assert "<ins>two</ins>" in page


def test_strangers_are_asked_to_sign_in_and_find_their_text_again(client):
    member = MemberFactory()

    assert client.get("/patterns/new/").status_code == 302
    with pytest.raises(PermissionDenied):
        services.propose(words(), by=AnonymousUser())
    with pytest.raises(PermissionDenied):
        services.propose(words(), by=MemberFactory(suspended_at=timezone.now()))
    archived = publish()
    services.archive(
        archived, by=MemberFactory(is_editor=True), reason="Nobody does this any more."
    )
    with pytest.raises(PermissionDenied):
        services.propose(words(), by=member, pattern=archived)


# Reading


def test_a_draft_is_for_those_who_work_on_it_and_what_is_sent_in_for_the_community(client):
    author, helper, other = MemberFactory(), MemberFactory(), MemberFactory()
    proposal = services.propose(words(co_maintainers=[helper]), by=author)
    address = proposal.get_absolute_url()

    seen = [signed_in(client, each).get(address).status_code for each in (author, helper, other)]
    assert seen == [200, 200, 404]
    services.submit(proposal, by=author, base_version=1, has_licensed=True)
    assert signed_in(client, other).get(address).status_code == 200
    assert other not in (author, helper)
    client.logout()
    assert client.get(address).status_code == 302


def test_lists_and_rules_agree_about_proposals_and_reviews():
    author, peer, other = MemberFactory(), reviewer(), MemberFactory()
    editor = MemberFactory(is_editor=True)
    proposal = proposal_in_review(author)
    signed(proposal, "peer", member=peer, is_public=True)
    services.offer(proposal, by=reviewer(), kind="ethics", declares=True)
    services.propose(words("Only mine"), by=author)
    services.publish_shared(proposal_in_review(title="Shared one"), by=editor)
    shared = Proposal.objects.get(title="Shared one")

    for visitor in (author, peer, other, editor, AnonymousUser()):
        for name, model in (("proposal", Proposal), ("review", Review)):
            may = (
                {
                    each
                    for each in model.objects.all()
                    if visitor.has_perm(f"patterns.view_{name}", each)
                }
                if visitor.is_authenticated
                else set(model.objects.visible_to(visitor))
            )
            assert set(model.objects.visible_to(visitor)) == may
        if visitor.is_authenticated:
            for each in (proposal, shared):
                found = queries.proposal_at(visitor, each.pk)
                shown = {row.pk for row in queries.proposal_page(visitor, found).reviews}
                visible = Review.objects.visible_to(visitor).signed().filter(proposal=each)
                assert shown == {review.pk for review in visible}


def test_the_name_of_a_blind_author_is_in_no_answer_to_a_reviewer(client):
    author, helper = MemberFactory(name="Zora Quill"), MemberFactory(name="Yaro Pell")
    proposal = proposal_in_review(author, is_blind=True, co_maintainers=[helper])
    member = reviewer()
    editor = reviewer(is_editor=True)
    services.offer(proposal, by=member, kind="peer", declares=True)
    services.offer(proposal, by=editor, kind="ethics", declares=True)
    again = words(is_blind=True, co_maintainers=[helper], summary="Say it early, and say it twice.")
    services.edit_proposal(proposal, again, by=author, base_version=1, pattern_version=0)
    address = proposal.get_absolute_url()

    for visitor in (member, editor):
        signed_in(client, visitor)
        for page in (
            address,
            f"{address}review/",
            f"{address}ask/",
            "/patterns/proposals/",
            "/patterns/desk/",
            "/patterns/",
            "/search/?q=rumour",
            "/search/?q=Zora",
            "/notices/",
        ):
            said = client.get(page).content.decode().replace("?q=Zora", "")
            assert "Zora Quill" not in said, page
            assert "Yaro Pell" not in said, page
            assert f"/people/{author.pk}/" not in said, page
    for kind in (kinds()["patterns.proposal"], kinds()["patterns.review"]):
        for thing in kind.fetch(kind.model.objects.values_list("pk", flat=True)):
            assert (kind.entry(thing).author_id, kind.entry(thing).author) == (None, "A member")
    assert "Zora Quill" in signed_in(client, author).get(address).content.decode()


def test_a_blind_text_does_not_say_its_own_name():
    author = MemberFactory(name="Zora Quill")

    with pytest.raises(Refused, match="own names"):
        proposal_in_review(author, is_blind=True, summary="As zora quill always says, answer.")


def test_once_published_the_authors_are_named(client):
    author = MemberFactory(name="Zora Quill")
    proposal = proposal_in_review(author, is_blind=True)

    pattern = services.publish_shared(proposal, by=MemberFactory(is_editor=True))

    assert pattern.versions.get().authors == ["Zora Quill"]
    assert (
        "Zora Quill" in client.get(f"{pattern.get_absolute_url()}v1/cite/bibtex/").content.decode()
    )
    page = client.get(pattern.get_absolute_url()).content.decode()
    assert "Maintained by</dt><dd>Zora Quill</dd>" in page
    assert "Zora Quill (" in page  # as it is cited
    version = client.get(f"{pattern.get_absolute_url()}v1/").content.decode()
    assert "Authors</dt><dd>Zora Quill</dd>" in version


# Reviewing


def test_a_review_is_offered_written_and_signed_on_its_page(client):
    proposal, member = proposal_in_review(), reviewer()
    address = f"{proposal.get_absolute_url()}review/"
    signed_in(client, member)

    assert client.post(address, {"kind": "peer"}).status_code == 422
    client.post(address, {"kind": "peer", "declares": "on"})
    said = {"version": 1, "text": "The steps are right, I tried them.", "verdict": "accept"}
    response = client.post(address, {**said, "points": "Say who calls.\nSay when."})

    review = Review.objects.get()
    assert response.url == proposal.get_absolute_url()
    assert (review.verdict, review.version, review.points) == (
        "accept",
        1,
        ["Say who calls.", "Say when."],
    )


def test_a_review_of_what_was_changed_meanwhile_comes_back_filled(client):
    author, member = MemberFactory(), reviewer()
    proposal = proposal_in_review(author)
    services.offer(proposal, by=member, kind="peer", declares=True)
    services.edit_proposal(proposal, words(), by=author, base_version=1, pattern_version=0)
    signed_in(client, member)

    said = {"version": 1, "text": "The steps are right, I tried them.", "verdict": "accept"}
    response = client.post(f"{proposal.get_absolute_url()}review/", said)

    page = response.content.decode()
    assert response.status_code == 422
    assert "The steps are right, I tried them." in page
    assert "changed while you were reading" in page
    assert not Review.objects.signed().exists()


def test_a_reviewer_sees_what_changed_since_they_signed(client):
    author, member = MemberFactory(), reviewer()
    proposal = proposal_in_review(author)
    signed(proposal, "peer", "revise", member=member)
    newer = words(card=card(therefore="Therefore, name two accounts that speak first."))
    services.edit_proposal(proposal, newer, by=author, base_version=1, pattern_version=0)

    page = signed_in(client, member).get(proposal.get_absolute_url()).content.decode()

    assert "What changed since you read it" in page
    assert "<ins>two</ins>" in page


def test_what_waits_is_shown_to_who_follows_its_theme(client):
    proposal = proposal_in_review()

    assert (
        proposal.title in signed_in(client, reviewer()).get("/patterns/proposals/").content.decode()
    )
    page = signed_in(client, MemberFactory()).get("/patterns/proposals/").content.decode()
    assert proposal.title not in page
    assert "Choose those you know about" in page


def test_reviews_are_public_only_with_their_writers_yes(client):
    proposal = proposal_in_review()
    signed(proposal, "peer", member=reviewer(name="Open Reviewer"), is_public=True)
    signed(proposal, "ethics", member=reviewer(name="Quiet Reviewer"))
    client.logout()

    pattern = services.publish_reviewed(proposal, by=MemberFactory(is_editor=True))

    page = client.get(pattern.get_absolute_url()).content.decode()
    assert "Open Reviewer" in page
    assert "signed on" in page
    assert "Quiet Reviewer" not in page
    assert page.count("I have tried this") == 1


# Editors


def test_an_editor_publishes_after_being_asked_once_more(client):
    proposal = proposal_in_review()
    signed(proposal, "peer")
    signed(proposal, "ethics")
    signed_in(client, MemberFactory(is_editor=True))
    address = f"{proposal.get_absolute_url()}publish/"

    assert "stays at its own address for good" in client.get(address).content.decode()
    assert not Pattern.objects.exists()
    client.post(address)

    assert Pattern.objects.get().is_reviewed
    assert client.post(address).status_code in {403, 422}
    assert Pattern.objects.get().version == 1


def test_the_desk_says_what_waits_for_whom(client):
    editor = MemberFactory(is_editor=True)
    for title, verdicts in (
        ("Nobody read it", []),
        ("Changes wanted", ["revise"]),
        ("All accept it", ["accept", "accept"]),
    ):
        proposal = proposal_in_review(title=title)
        for kind, verdict in zip(("peer", "ethics"), verdicts, strict=False):
            signed(proposal, kind, verdict)
    old = publish()
    old.review_by = timezone.localdate() - timedelta(days=1)
    old.save()

    desk = queries.desk_page(editor)

    assert [card.title for card in desk.for_reviewers] == ["Nobody read it"]
    assert [card.title for card in desk.for_authors] == ["Changes wanted"]
    assert [card.title for card in desk.for_editors] == ["All accept it"]
    assert [row.title for row in desk.stale] == [old.title]
    assert queries.waiting_for_editor(editor) == 1
    assert queries.waiting_for_editor(MemberFactory()) == 0
    assert signed_in(client, editor).get("/patterns/desk/").status_code == 200
    assert signed_in(client, MemberFactory()).get("/patterns/desk/").status_code == 403


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("address", ["/patterns/desk/", "/patterns/proposals/"])
def test_ten_proposals_ask_as_much_as_one(client, count, address, django_assert_max_num_queries):
    for number in range(count):
        proposal = proposal_in_review(title=f"Proposal {number}")
        signed(proposal, "peer")
    signed_in(client, reviewer(is_editor=True))
    client.get(address)

    with django_assert_max_num_queries(16):
        client.get(address)


def test_an_editor_archives_a_pattern_with_a_reason(client):
    pattern = publish()
    signed_in(client, MemberFactory(is_editor=True))
    address = f"{pattern.get_absolute_url()}archive/"

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "The platform it needs is gone."})

    page = client.get(pattern.get_absolute_url()).content.decode()
    assert "This pattern is archived." in page
    assert "The platform it needs is gone." in page
    client.post(f"{pattern.get_absolute_url()}bring-back/")
    assert pattern in Pattern.objects.current()


def test_who_looked_says_until_when_it_is_right(client):
    pattern = publish()
    signed_in(client, MemberFactory(is_editor=True))
    day = timezone.localdate() + timedelta(days=400)

    assert (
        client.post(f"{pattern.get_absolute_url()}right/", {"day": "2001-01-01"}).status_code == 422
    )
    client.post(f"{pattern.get_absolute_url()}right/", {"day": day.isoformat()})

    pattern.refresh_from_db()
    assert pattern.review_by == day


@pytest.mark.parametrize("step", ["take-back", "withdraw"])
def test_only_those_who_work_on_it_take_it_out(client, step):
    author = MemberFactory()
    proposal = proposal_in_review(author)
    address = f"{proposal.get_absolute_url()}{step}/"

    assert signed_in(client, MemberFactory()).post(address).status_code == 403
    signed_in(client, author).post(address)

    proposal.refresh_from_db()
    assert not proposal.is_in_review
