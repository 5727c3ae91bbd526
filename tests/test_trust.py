"""Who hears of proposals and reviews, in notices and letters, and of what nobody hears."""

import json

import pytest
from django.core import mail

from media4sec.digests import reading, tasks
from media4sec.digests.models import Notice
from media4sec.kit import outbox
from media4sec.kit.rooms import rooms
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.tests.factories import (
    proposal_in_review,
    publish,
    reviewer,
    signed,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_log_is_read_from_here():
    reading.begin_here()


def told(member):
    reading.read_log()
    found = Notice.objects.filter(member=member).order_by("pk")
    return list(found.values_list("activity__verb", flat=True))


def letters_to(member):
    """Everything that is in the mail for them, as it travels."""
    Notice.objects.update(mail_at="2020-01-01T00:00Z")
    tasks.keep_in_touch()
    while outbox.send_due():
        pass
    return "\n".join(
        str(each.message()) + each.body for each in mail.outbox if member.email in each.to
    )


def test_the_author_hears_of_reviews_and_of_publication():
    author, editor = MemberFactory(), MemberFactory(is_editor=True)
    proposal = proposal_in_review(author)
    signed(proposal, "peer")
    signed(proposal, "ethics")
    services.publish_reviewed(proposal, by=editor)

    assert told(author) == ["reviewed", "reviewed", "passed", "published"]
    assert "published as reviewed" in letters_to(author)


def test_a_reviewer_hears_that_they_are_asked_and_that_the_text_was_changed():
    author, member, editor = MemberFactory(), reviewer(), MemberFactory(is_editor=True)
    proposal = proposal_in_review(author)
    services.ask(proposal, by=editor, member=member, kind="peer")
    services.edit_proposal(proposal, words(), by=author, base_version=1, pattern_version=0)

    assert told(member) == ["asked", "changed"]
    assert "A text you review was changed" in letters_to(member)


def test_no_notice_and_no_letter_names_a_blind_author(client):
    author, member = MemberFactory(name="Zora Quill"), reviewer()
    proposal = proposal_in_review(author, is_blind=True)
    signed(proposal, "peer", member=member)
    services.edit_proposal(
        proposal, words(is_blind=True), by=author, base_version=1, pattern_version=0
    )

    assert told(member) == ["changed"]
    letter = letters_to(member)
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    for said in (letter, client.get("/notices/").content.decode()):
        assert "A text you review was changed" in said
        assert "Zora Quill" not in said


def test_a_stranger_can_report_what_stands_beside_a_pattern(client):
    voice = services.speak(
        publish(), by=MemberFactory(group="community"), text="The street was closed for a day."
    )

    assert client.get(f"/report/patterns.voice:{voice.pk}/").status_code == 200


def test_a_member_takes_along_what_they_wrote(rf):
    author, member = MemberFactory(), reviewer()
    signed(proposal_in_review(author), "peer", member=member)
    services.judge(publish(), by=member, face="bad", because="It cost us a day.", says_group=False)
    export = next(room for room in rooms() if room.name == "patterns").slots["export"]

    own = json.loads(export(rf.get("/"), member=member))

    assert [each["verdict"] for each in own["reviews"]] == ["accept"]
    assert [each["because"] for each in own["judgements"]] == ["It cost us a day."]
    assert own["proposals"] == []
    assert len(json.loads(export(rf.get("/"), member=author))["proposals"]) == 1
