"""What others may learn of a check: told by its people, and nothing of the check goes with it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from media4sec.assessments import services
from media4sec.assessments.models import Check, Stale, Summary
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.summaries import kept_words
from media4sec.assessments.services import Telling
from media4sec.assessments.services.freezing import freeze
from media4sec.assessments.tests.factories import answer_all, begin, queries_of, signed_in
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db

TEXT = "We wanted to count people at a march. The check asked us to keep no pictures, and we did."


def decided(state=Check.State.REFUSED, **facts):
    """A check about which somebody decided."""
    anna = facts.pop("by", None) or MemberFactory()
    check = begin(anna, circle=CircleFactory(members=[anna]), **facts)
    answer_all(check)
    freeze(standing_of(check), by=anna)
    Check.objects.filter(pk=check.pk).update(state=state)
    check.refresh_from_db()
    return check


def tell(check, **telling):
    said = {"title": "Counting at a march", "text": TEXT, **telling}
    return services.tell(check, Telling(**said), by=check.author)


def test_only_a_decided_check_is_told():
    anna = MemberFactory()
    check = begin(anna)

    with pytest.raises(PermissionDenied):
        services.tell(check, Telling("Counting at a march", TEXT), by=anna)


def test_a_stranger_tells_nothing_of_somebody_elses_check():
    with pytest.raises(PermissionDenied):
        services.tell(decided(), Telling("Counting", TEXT), by=MemberFactory())


@pytest.mark.parametrize(("label", "status"), [(Label.CLEAR, 200), (Label.GREEN, 404)])
def test_a_summary_is_read_by_those_its_label_names_and_says_nothing_of_the_check(label, status):
    check = decided(title="Zebracrossing")
    summary = tell(check, label=label)
    address = summary.get_absolute_url()

    assert Client().get(address).status_code == status
    page = signed_in(MemberFactory()).get(address).content.decode()

    assert "keep no pictures" in page
    assert "Zebracrossing" not in page
    assert f"/checks/{check.pk}/" not in page
    assert check.author.shown_name not in page


def test_a_named_summary_names_who_told_it():
    summary = tell(decided(), attribution=Attribution.NAMED)

    page = signed_in(MemberFactory()).get(summary.get_absolute_url()).content.decode()

    assert summary.author.shown_name in page


def test_no_label_narrower_than_the_community():
    with pytest.raises(Refused, match="community or for everybody"):
        tell(decided(), label=Label.RED)


def test_names_of_its_people_stay_out():
    check = decided()

    with pytest.raises(Refused, match="Take these names out"):
        tell(check, text=f"{TEXT} Ask {check.author.shown_name.upper()}.")


def test_words_of_the_plan_are_asked_about():
    plan = "We will stand at the north gate with two drones and count heads every minute."
    check = decided(description=plan)

    assert kept_words(check, TEXT) == []
    assert kept_words(check, f"First. {plan[:60]}") == [
        "we will stand at the north gate with two drones and count"
    ]
    form = {"title": "Counting", "text": plan, "label": Label.GREEN, "is_read": "on"}
    form["attribution"] = Attribution.CHATHAM
    client = signed_in(check.author)

    first = client.post(f"/checks/{check.pk}/summary/", form)
    second = client.post(f"/checks/{check.pk}/summary/", {**form, "words_stay": "on"})

    assert first.status_code == 422
    assert "may stay: “we will stand at the north gate" in first.content.decode()
    assert second.status_code == 302
    assert Summary.objects.get().text == plan


def test_it_says_so_when_the_decision_does_not_hold_any_more():
    check = decided()
    summary = tell(check, label=Label.CLEAR)

    page = Client().get(summary.get_absolute_url()).content.decode()

    assert "Does not hold now" in page
    assert not summary.holds


def test_a_decision_holds_while_it_is_in_force_and_not_stale():
    check = Check(state=Check.State.APPROVED)
    summary = Summary(check_of=check)

    assert summary.holds
    check.stale_since, check.stale_why = now(), Stale.RULING
    assert not summary.holds


def test_other_words_replace_the_first_ones_and_taking_it_back_leaves_none():
    check = decided()
    first = tell(check, label=Label.CLEAR)
    again = tell(check, label=Label.CLEAR, title="Counting, told better")
    assert first.pk == again.pk
    client = signed_in(check.author)

    client.post(f"/checks/{check.pk}/summary/take-back/")

    assert Client().get(first.get_absolute_url()).status_code == 404
    kept = Summary._base_manager.get()
    assert (kept.title, kept.text, kept.html) == ("", "", "")
    assert tell(check, label=Label.CLEAR).is_out


def test_it_is_taken_back_whatever_became_of_the_check():
    check = decided()
    summary = tell(check, label=Label.CLEAR)
    Check.objects.update(state=Check.State.SUPERSEDED)
    client = signed_in(check.author)

    assert client.get(f"/checks/{check.pk}/summary/take-back/").status_code == 200
    client.post(f"/checks/{check.pk}/summary/take-back/")

    assert Client().get(summary.get_absolute_url()).status_code == 404


def test_the_seal_of_a_summary_is_for_ever():
    check = decided()
    tell(check)

    with pytest.raises(Refused, match="stays as it was"):
        tell(check, attribution=Attribution.NAMED)


def test_the_list_asks_as_often_for_ten():
    asked = []
    for upto in (1, 10):
        while Summary.objects.count() < upto:
            tell(decided(), label=Label.CLEAR)
        asked.append(queries_of(signed_in(MemberFactory()), "/checks/summaries/"))

    assert asked[0] == asked[1]


def test_the_list_of_an_activity():
    tell(decided(), label=Label.CLEAR)

    here = Client().get("/checks/summaries/?activity=event_monitor").content.decode()
    elsewhere = Client().get("/checks/summaries/?activity=crisis_comms").content.decode()

    assert "Counting at a march" in here
    assert "Nobody has told of a check yet" in elsewhere


def test_an_about_that_is_no_thing_does_no_harm():
    summary = tell(decided(), about=Ref("patterns.pattern", 999_999), label=Label.CLEAR)

    assert Client().get(summary.get_absolute_url()).status_code == 200
