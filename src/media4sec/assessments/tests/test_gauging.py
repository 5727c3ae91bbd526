"""How high a risk is held to be: raised by one reviewer, lowered by two."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from media4sec.assessments import services
from media4sec.assessments.models import Check, Gauge, Role
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.tests.factories import (
    answer,
    answer_as,
    queries_of,
    signed_in,
    with_people,
)
from media4sec.kit.errors import Refused
from media4sec.members.tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db

WHY = "It happened twice last summer."


@pytest.fixture
def people():
    check, found = with_people(MemberFactory(), Role.LEGAL, Role.ETHICS, Role.OFFICER)
    answer_as(check)
    return check, found[Role.LEGAL], found[Role.ETHICS]


def risk_of(check, low=2, high=3):
    """One whose floor can go both ways on both axes."""
    rows = standing_of(check).result.risks
    return next(row.key for row in rows if all(low <= level <= high for level in row.gross))


def gross(check, risk):
    return next(row.gross for row in standing_of(check).result.risks if row.key == risk)


def gauge(check, risk, levels, *, by, reason=WHY):
    severity, likelihood = levels
    return services.gauge(
        check, risk, severity=severity, likelihood=likelihood, reason=reason, by=by
    )


def test_raising_counts_at_once_and_stands_in_the_record(people):
    check, legal, _ethics = people
    risk = risk_of(check)

    made = gauge(check, risk, (4, 4), by=legal)

    assert not made.lowers
    assert gross(check, risk) == (4, 4)
    note = check.events.last()
    assert note.action == "raised_risk"
    assert note.facts["levels"] == [4, 4]
    assert WHY not in str(note.facts)


def test_lowering_counts_once_a_second_reviewer_agrees(people):
    check, legal, ethics = people
    risk = risk_of(check)
    before = gross(check, risk)
    made = gauge(check, risk, (1, 1), by=legal)

    assert gross(check, risk) == before
    with pytest.raises(Refused, match="Another reviewer"):
        services.agree_to_gauge(made, by=legal)
    with pytest.raises(PermissionDenied):
        services.agree_to_gauge(made, by=check.author)
    services.agree_to_gauge(made, by=ethics)

    assert gross(check, risk) == (1, 1)
    with pytest.raises(Refused, match="Nothing waits"):
        services.drop_gauge(made, by=legal)


def test_lowering_one_side_and_raising_the_other_is_lowering(people):
    check, legal, _ethics = people
    risk = risk_of(check)
    severity, likelihood = gross(check, risk)

    assert gauge(check, risk, (severity - 1, 4), by=legal).lowers
    assert gauge(check, risk, (4, likelihood - 1), by=legal).lowers
    assert gross(check, risk) == (severity, likelihood)


def test_going_back_from_a_raised_level_is_lowering_even_above_the_rules(people):
    check, legal, ethics = people
    risk = risk_of(check)
    floor = gross(check, risk)
    gauge(check, risk, (4, 4), by=legal)

    assert gauge(check, risk, (4, 3) if floor[1] < 4 else (3, 4), by=legal).lowers
    assert gauge(check, risk, floor, by=ethics).lowers
    assert gross(check, risk) == (4, 4)


def test_what_waits_is_taken_back_or_not_agreed_to_or_replaced(people):
    check, legal, ethics = people
    risk = risk_of(check)
    before = gross(check, risk)

    services.drop_gauge(gauge(check, risk, (1, 1), by=legal), by=legal)
    services.drop_gauge(gauge(check, risk, (1, 1), by=legal), by=ethics)
    waiting = gauge(check, risk, (1, 1), by=legal)
    raised = gauge(check, risk, (4, 4), by=ethics)

    with pytest.raises(Refused, match="Nothing waits"):
        services.agree_to_gauge(waiting, by=ethics)
    assert gross(check, risk) == (4, 4) != before
    with pytest.raises(Refused, match="Nothing waits"):
        services.drop_gauge(raised, by=ethics)
    assert Gauge.objects.count() == 4
    assert [*check.events.values_list("action", flat=True)].count("dropped_risk") == 3


def test_levels_under_a_floor_that_rose_since_lie_under_it_no_more(people):
    check, legal, ethics = people
    risk = risk_of(check)
    floor = gross(check, risk)
    services.agree_to_gauge(gauge(check, risk, (1, 1), by=legal), by=ethics)
    # As if they had been set while the rules, or the answers, asked for less.
    Gauge.objects.update(floor_severity=floor[0] - 1)

    assert gross(check, risk) == floor

    services.agree_to_gauge(gauge(check, risk, (1, 1), by=legal), by=ethics)
    assert gross(check, risk) == (1, 1)


def test_levels_raised_under_older_rules_lower_nothing_under_stricter_ones(people):
    check, legal, _ethics = people
    risk = risk_of(check)
    floor = gross(check, risk)
    Gauge.objects.create(
        check_of=check, risk=risk, severity=floor[0] - 1, likelihood=4, reason=WHY, lowers=False,
        floor_severity=floor[0] - 1, floor_likelihood=1, by=legal, at=check.begun_at,
    )  # fmt: skip

    assert gross(check, risk) == (floor[0], 4)


def test_nobody_agrees_to_what_was_proposed_before_the_risk_rose(people):
    check, legal, ethics = people
    risk = risk_of(check)
    made = gauge(check, risk, (1, 1), by=legal)
    Gauge.objects.update(floor_severity=1)

    with pytest.raises(Refused, match="higher now"):
        services.agree_to_gauge(made, by=ethics)


def test_no_level_makes_a_red_line_approvable(people):
    check, legal, ethics = people
    answer(check, q39="who")
    for row in standing_of(check).result.risks:
        if row.gross != (1, 1):
            services.agree_to_gauge(gauge(check, row.key, (1, 1), by=legal), by=ethics)

    assert not standing_of(check).result.can_be_approved


def test_reviewers_alone_set_risks_and_only_before_the_decision(people):
    check, legal, _ethics = people
    risk = risk_of(check)
    for other in (check.author, MemberFactory(), MembershipFactory(circle=check.circle).member):
        with pytest.raises(PermissionDenied):
            gauge(check, risk, (4, 4), by=other)
    services.remove(check.parts.get(member=legal), by=check.author)
    with pytest.raises(PermissionDenied):
        gauge(check, risk, (4, 4), by=legal)


@pytest.mark.parametrize("state", [Check.State.APPROVED, Check.State.REFUSED])
def test_a_decided_check_is_weighed_no_more(people, state):
    _check, legal, _ethics = people
    Check.objects.update(state=state)
    with pytest.raises(PermissionDenied):
        gauge(Check.objects.get(), "R.MISID", (4, 4), by=legal)


@pytest.mark.parametrize("levels", [(0, 5), (5, 1), (-1, 2)])
def test_levels_go_from_one_to_four(people, levels):
    check, legal, _ethics = people
    risk = risk_of(check)

    with pytest.raises(Refused, match="from the list"):
        gauge(check, risk, levels, by=legal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Gauge.objects.create(
            check_of=check, risk=risk, severity=max(levels), likelihood=0, reason=WHY,
            lowers=False, by=legal, at=check.begun_at,
        )  # fmt: skip


def test_what_makes_no_sense_is_refused_with_a_sentence(people):
    check, legal, _ethics = people
    risk = risk_of(check)

    for reason, sentence in (("", "Say why"), ("No.", "Say why"), ("x" * 2_000_000, "Shorten")):
        with pytest.raises(Refused, match=sentence):
            gauge(check, risk, (4, 4), by=legal, reason=reason)
    with pytest.raises(Refused, match="no such risk"):
        gauge(check, "R.NONE", (4, 4), by=legal)
    with pytest.raises(Refused, match="already"):
        gauge(check, risk, gross(check, risk), by=legal)


# Pages


def test_a_reviewer_sets_a_risk_and_another_one_agrees_on_its_page(people):
    check, legal, ethics = people
    risk = risk_of(check)
    path = f"/checks/{check.pk}/risks/{risk}/"
    one, two = signed_in(legal), signed_in(ethics)

    empty = one.post(path, {"severity": "9", "likelihood": "", "reason": WHY})
    assert empty.status_code == 422
    assert WHY in empty.content.decode()
    assert one.post(path, {"severity": 1, "likelihood": 1, "reason": WHY}).url == path
    assert "I agree" not in one.get(path).content.decode()
    assert "I agree" in two.get(path).content.decode()

    waiting = Gauge.objects.get()
    assert two.post(f"{path}{waiting.pk}/", {"then": "agree"}).url == path
    assert gross(check, risk) == (1, 1)
    assert two.post(f"{path}{waiting.pk}/", {"then": "agree"}, follow=True).status_code == 200

    page = signed_in(check.author).get(check.get_absolute_url()).content.decode()
    assert WHY in page
    assert "with the agreement of an ethics reviewer" in page


def test_who_may_not_gets_no_form_and_no_way_in(people):
    check, _legal, _ethics = people
    path = f"/checks/{check.pk}/risks/{risk_of(check)}/"
    author = signed_in(check.author)

    assert "Set the levels" not in author.get(path).content.decode()
    assert author.post(path, {"severity": 4, "likelihood": 4, "reason": WHY}).status_code == 403
    beside = signed_in(MembershipFactory(circle=check.circle).member)
    assert beside.get(path).status_code == 404
    for key in ("R.NONE", "q01", "S.AGG"):
        assert author.get(f"/checks/{check.pk}/risks/{key}/").status_code == 404
    assert author.post(f"{path}{'9' * 30}/").status_code == 404


def test_a_risk_asks_as_often_however_often_it_was_set(people):
    check, legal, ethics = people
    risk = risk_of(check)
    client, path = signed_in(legal), f"/checks/{check.pk}/risks/{risk}/"
    services.agree_to_gauge(gauge(check, risk, (1, 1), by=legal), by=ethics)
    once = queries_of(client, path)

    for levels in ((4, 4), (3, 4), (2, 4), (1, 4), (4, 3)) * 2:
        made = gauge(check, risk, levels, by=legal)
        if made.lowers:
            services.agree_to_gauge(made, by=ethics)

    assert queries_of(client, path) == once
