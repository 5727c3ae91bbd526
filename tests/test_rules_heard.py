"""Members hear of new rules of the checks, if they asked for it."""

import pytest

from media4sec.assessments import services
from media4sec.assessments.tests.rules_of_tomorrow import brings, changed, publish
from media4sec.digests import reading
from media4sec.digests.models import Notice
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.watching import Level, everything_of, watch
from media4sec.members.tests.factories import MemberFactory


@pytest.mark.django_db
def test_who_watches_the_rules_hears_of_a_change(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    services.note_releases(by=THE_HOUSE)
    member, _other = MemberFactory(), MemberFactory()
    watch(everything_of("assessments.release"), by=member, level=Level.EVERYTHING)
    reading.begin_here()
    publish(changed(brings("event_monitor", opinions=["ethics"])))
    services.note_releases(by=THE_HOUSE)
    reading.read_log()

    notice = Notice.objects.get()
    assert notice.member == member
    assert (notice.thing_kind, notice.reason) == ("assessments.release", Notice.Reason.NEW)
