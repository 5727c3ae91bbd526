"""What the people of a check hear of it: that there is something new, and no word more."""

from datetime import timedelta

import pytest
from django.core import mail

from media4sec.assessments import services
from media4sec.assessments.models import Role
from media4sec.assessments.tests.factories import begin, in_review, signed_in
from media4sec.digests import reading, writing
from media4sec.digests.models import Notice
from media4sec.kit import outbox
from media4sec.kit.clock import now, pretend
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_hears")]


@pytest.fixture
def author():
    return MemberFactory(name="Anna")


@pytest.fixture
def ben():
    return MemberFactory(name="Ben")


@pytest.fixture
def check(author, ben):
    return begin(author, circle=CircleFactory(title="Night desk", members=[author, ben]))


def ask(check, member, role, **said):
    return services.ask(check, by=check.author, member=member, role=role, **said)


@pytest.fixture
def _hears(settings):
    settings.MAIL_AT_ONCE = False
    reading.begin_here()


def test_who_is_asked_hears_of_it_and_a_letter_says_only_that_there_is_something(check, ben):
    check.title, check.description = "Zebra title", "Yak plan"
    check.save()
    services.accept(ask(check, ben, Role.WRITER), by=ben)
    ask(check, ben, Role.OWNER, note="Camel note")

    reading.read_log()
    with pretend(now() + timedelta(days=8)):
        writing.write_letters()
        outbox.send_due()

    letters = [each for each in mail.outbox if each.to == [ben.email]]
    assert letters
    for letter in letters:
        words = str(letter.message())
        assert "omething new in Night desk" in words or "new things in Night desk" in words
        for secret in ("Zebra", "zebra", "Yak", "Camel", "Owner", "checks/"):
            assert secret not in words


def test_its_people_hear_of_each_others_steps(author):
    check, people = in_review(author, Role.LEGAL)
    legal, approver = people[Role.LEGAL], people[Role.APPROVER]
    reading.read_log()
    before = set(Notice.objects.values_list("pk", flat=True))
    words = {"advice": "agrees", "words": "Fine.", "seen": services.version_of(check).sha256}

    services.advise(check, by=legal, role=Role.LEGAL, **words)
    reading.read_log()

    heard = Notice.objects.exclude(pk__in=before).values_list("member", flat=True)
    assert set(heard) == {author.pk, approver.pk}


def test_who_is_removed_hears_of_it_and_finds_no_word_of_the_check(check, author, ben):
    part = ask(check, ben, Role.LEGAL)
    services.remove(part, by=author)
    reading.read_log()
    client = signed_in(ben)

    notices = client.get("/notices/").content.decode()
    page = client.get(f"/checks/parts/{part.pk}/").content.decode()

    assert "Something new in Night desk" in notices or "new things in Night desk" in notices
    assert "You do not take part any more" in page
    assert check.title not in notices + page
