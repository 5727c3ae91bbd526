"""Reviews: who may, what counts, and what makes them count no more."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from media4sec.kit.errors import Refused
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import Pattern, PatternRelation, Proposal, Review
from media4sec.patterns.tests.factories import (
    proposal_in_review,
    publish,
    reviewer,
    signed,
    words,
)

pytestmark = pytest.mark.django_db
SIGN_IN = "media4sec.members.sessions.SignIn"


def editor():
    return MemberFactory(is_editor=True)


def told(member):
    """What the log says to this reviewer: the verbs that their kind tells its writer."""
    verbs = kinds()["patterns.review"].tells_author
    mine = Review.objects.filter(reviewer=member).values("pk")
    said = Activity.objects.filter(subject_kind="patterns.review", subject_id__in=mine)
    return list(said.filter(verb__in=verbs).values_list("verb", flat=True))


# Who reviews


def test_who_follows_its_theme_and_declares_no_conflict_may_review():
    proposal, member = proposal_in_review(), reviewer()

    with pytest.raises(Refused, match="no conflict"):
        services.offer(proposal, by=member, kind="peer", declares=False)
    review = services.offer(proposal, by=member, kind="peer", declares=True)

    assert review.is_open
    assert review.declared_at


def test_who_does_not_follow_its_theme_does_not_review():
    proposal = proposal_in_review()

    with pytest.raises(PermissionDenied):
        services.offer(proposal, by=MemberFactory(), kind="peer", declares=True)


def test_nobody_reviews_what_they_work_or_worked_on():
    author, helper = reviewer(), reviewer()
    proposal = proposal_in_review(author, co_maintainers=[helper])

    for member in (author, helper):
        with pytest.raises(PermissionDenied):
            services.offer(proposal, by=member, kind="peer", declares=True)
    services.edit_proposal(proposal, words(), by=author, base_version=1, pattern_version=0)
    with pytest.raises(PermissionDenied):
        services.offer(proposal, by=helper, kind="peer", declares=True)


def test_the_two_reviews_need_two_members():
    proposal, member = proposal_in_review(), reviewer()
    signed(proposal, "peer", member=member)

    with pytest.raises(Refused, match="another member"):
        services.offer(proposal, by=member, kind="ethics", declares=True)


def test_an_editor_asks_who_follows_the_theme_and_they_declare_when_they_sign():
    proposal, member, asking = proposal_in_review(), reviewer(), editor()

    with pytest.raises(Refused, match="cannot review"):
        services.ask(proposal, by=asking, member=MemberFactory(), kind="peer")
    services.ask(proposal, by=asking, member=member, kind="peer")
    said = {"version": 1, "verdict": "accept", "text": "It is right as it stands."}

    assert told(member) == ["asked"]
    with pytest.raises(Refused, match="no conflict"):
        services.sign(proposal, by=member, **said)
    assert services.sign(proposal, by=member, declares=True, **said).signed_at


def test_a_signed_review_is_of_a_version_and_does_not_change():
    proposal, member = proposal_in_review(), reviewer()
    review = signed(proposal, "peer", member=member)

    with pytest.raises(Refused, match="No review of yours"):
        services.sign(proposal, by=member, version=1, verdict="reject", text="x" * 30)

    review.refresh_from_db()
    assert (review.version, review.verdict) == (1, "accept")


# What counts


def test_both_kinds_have_to_accept_the_same_version():
    proposal, publisher = proposal_in_review(), editor()
    signed(proposal, "peer")

    with pytest.raises(Refused, match="Both reviews"):
        services.publish_reviewed(proposal, by=publisher)
    signed(proposal, "ethics")
    pattern = services.publish_reviewed(proposal, by=publisher)

    assert pattern.state == Pattern.State.REVIEWED
    assert pattern.versions.get().state == Pattern.State.REVIEWED


def test_one_who_wants_changes_is_not_outvoted():
    proposal = proposal_in_review()
    signed(proposal, "peer")
    signed(proposal, "ethics")
    signed(proposal, "peer", "revise")

    with pytest.raises(Refused, match="Both reviews"):
        services.publish_reviewed(proposal, by=editor())
    assert not Proposal.objects.get().has_passed


def test_reviews_of_an_older_version_do_not_count_and_their_writers_are_told():
    author, peer, ethicist = MemberFactory(), reviewer(), reviewer()
    proposal = proposal_in_review(author)
    signed(proposal, "peer", member=peer)
    signed(proposal, "ethics", member=ethicist)
    assert Proposal.objects.get().has_passed

    services.edit_proposal(
        proposal, words("Another name"), by=author, base_version=1, pattern_version=0
    )

    assert not Proposal.objects.get().has_passed
    with pytest.raises(Refused, match="Both reviews"):
        services.publish_reviewed(proposal, by=editor())
    assert told(peer) == told(ethicist) == ["changed"]
    signed(proposal, "peer", member=peer)
    signed(proposal, "ethics", member=ethicist)
    assert services.publish_reviewed(proposal, by=editor()).title == "Another name"


def test_who_signs_what_was_changed_meanwhile_reads_it_again():
    author, member = MemberFactory(), reviewer()
    proposal = proposal_in_review(author)
    services.offer(proposal, by=member, kind="peer", declares=True)
    services.edit_proposal(proposal, words(), by=author, base_version=1, pattern_version=0)

    with pytest.raises(services.ReadAnotherVersion):
        services.sign(proposal, by=member, version=1, verdict="accept", text="It is all right.")

    assert told(member) == ["changed"]


def test_a_reviewer_who_becomes_an_author_is_out():
    author, turned = MemberFactory(), reviewer()
    proposal = proposal_in_review(author)
    signed(proposal, "peer", member=turned)
    services.edit_proposal(
        proposal, words(co_maintainers=[turned]), by=author, base_version=1, pattern_version=0
    )
    signed(proposal, "ethics")

    assert not services.both_accept(proposal)
    with pytest.raises(PermissionDenied):
        services.sign(proposal, by=turned, version=2, verdict="accept", text="Still good to me.")
    # Leaving the authors again does not make them a reviewer.
    services.edit_proposal(proposal, words(), by=author, base_version=2, pattern_version=0)
    with pytest.raises(PermissionDenied):
        services.offer(proposal, by=turned, kind="peer", declares=True)
    assert not services.both_accept(proposal)


def test_that_it_has_passed_is_found_out_once():
    proposal = proposal_in_review()
    for kind in ("peer", "ethics", "peer", "ethics"):
        signed(proposal, kind)

    assert Activity.objects.filter(verb="passed").count() == 1


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite writes one transaction at a time anyway"
)
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_sign_at_once_and_both_count():
    proposal = proposal_in_review()
    people = {"peer": reviewer(), "ethics": reviewer()}
    for kind, member in people.items():
        services.offer(proposal, by=member, kind=kind, declares=True)
    together, troubles = threading.Barrier(2), []

    def sign(member):
        try:
            mine = Proposal.objects.get()
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
    assert Review.objects.signed().count() == 2
    assert Proposal.objects.get().has_passed
    assert Activity.objects.filter(verb="passed").count() == 1


# What is published


def test_nobody_publishes_their_own_pattern():
    author = MemberFactory(is_editor=True)
    proposal = proposal_in_review(author)
    signed(proposal, "peer")
    signed(proposal, "ethics")

    with pytest.raises(PermissionDenied):
        services.publish_reviewed(proposal, by=author)
    with pytest.raises(PermissionDenied):
        services.publish_shared(proposal, by=MemberFactory())


def test_without_reviews_it_is_shared_and_says_so(client):
    author = MemberFactory()
    proposal = proposal_in_review(author)

    pattern = services.publish_shared(proposal, by=editor())

    assert pattern.state == Pattern.State.SHARED
    assert "Shared, not reviewed" in client.get(pattern.get_absolute_url()).content.decode()
    assert Activity.objects.about(Ref.to(proposal)).filter(verb="shared").exists()


def test_a_better_text_becomes_the_next_version_and_names_who_wrote_it(settings):
    pattern, author = publish(), MemberFactory(name="Ada")
    proposal = proposal_in_review(author, pattern=pattern, title=pattern.title)

    services.publish_shared(proposal, by=editor())

    pattern.refresh_from_db()
    assert (pattern.version, pattern.is_starter) == (2, False)
    newest = pattern.versions.get(number=2)
    assert newest.authors == [settings.SITE_NAME, "Ada"]
    assert newest.changes == "Clearer steps."
    assert pattern.review_by.year == pattern.changed_at.year + 2


def test_a_text_made_of_an_older_one_is_looked_at_again_first():
    pattern, author = publish(), MemberFactory()
    late = proposal_in_review(author, pattern=pattern, title=pattern.title)
    services.publish_shared(proposal_in_review(pattern=pattern, title=pattern.title), by=editor())

    with pytest.raises(Refused, match="newer text"):
        services.publish_shared(late, by=editor())
    services.edit_proposal(late, words(pattern.title), by=author, base_version=1, pattern_version=2)
    services.publish_shared(late, by=editor())

    pattern.refresh_from_db()
    assert pattern.version == 3


def test_two_patterns_never_have_one_name():
    services.publish_shared(proposal_in_review(), by=editor())

    with pytest.raises(Refused, match="of this name"):
        services.publish_shared(proposal_in_review(), by=editor())


def test_a_pattern_is_never_called_like_a_page():
    pattern = services.publish_shared(proposal_in_review(title="Desk"), by=editor())

    assert pattern.slug == "pattern-desk"


def test_special_cases_make_no_circle():
    general, special = publish(), publish("Answer at night")
    PatternRelation.objects.create(source=special, how="specialises", target=general)
    third = publish("Answer at midnight")
    PatternRelation.objects.create(source=third, how="specialises", target=special)
    row = {"to": third.slug, "how": "specialises", "because": ""}

    with pytest.raises(Refused, match="special case"):
        proposal_in_review(pattern=general, title=general.title, relations=[row])
    with pytest.raises(Refused, match="itself"):
        proposal_in_review(
            pattern=general, title=general.title, relations=[{**row, "to": general.slug}]
        )


def test_relations_of_a_proposal_stand_on_both_pages(client):
    other = publish()
    row = {"to": other.slug, "how": "before", "because": "It comes first."}

    pattern = services.publish_shared(proposal_in_review(relations=[row]), by=editor())

    assert "Use before" in client.get(pattern.get_absolute_url()).content.decode()
    assert "Use after" in client.get(other.get_absolute_url()).content.decode()


def test_the_text_that_comes_with_the_software_never_replaces_what_members_published():
    pattern = publish()
    services.publish_shared(proposal_in_review(pattern=pattern, title=pattern.title), by=editor())

    pattern.refresh_from_db()
    assert not pattern.is_starter


def test_an_archived_pattern_has_a_reason_and_comes_back_as_it_was():
    pattern, better, keeper = publish(), publish("Answer at night"), editor()

    with pytest.raises(PermissionDenied):
        services.archive(pattern, by=MemberFactory(), reason="Nobody does this any more.")
    with pytest.raises(Refused, match="reason"):
        services.archive(pattern, by=keeper, reason="")
    with pytest.raises(Refused, match="replace itself"):
        services.archive(
            pattern, by=keeper, reason="Nobody does this any more.", superseded_by=pattern
        )
    services.archive(pattern, by=keeper, reason="Nobody does this any more.", superseded_by=better)
    assert pattern not in Pattern.objects.current()
    services.bring_back(pattern, by=keeper)

    assert pattern in Pattern.objects.current()
    assert (pattern.archive_reason, pattern.superseded_by) == ("", None)


def test_what_both_reviews_accept_waits_for_no_reviewer_any_more(client):
    proposal = proposal_in_review()
    client.force_login(reviewer(), backend=SIGN_IN)
    assert proposal.title in client.get("/patterns/proposals/").content.decode()

    for kind in Review.Kind:
        signed(proposal, kind)

    assert proposal.title not in client.get("/patterns/proposals/").content.decode()
