"""New rules: what is in force is noted, and live checks are asked again."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from media4sec.assessments import services, tasks
from media4sec.assessments.models import Check, Event, Recheck, Release, Rerun, Role
from media4sec.assessments.packs import shelf
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.differing import differing
from media4sec.assessments.queries.rechecks import recheck_of
from media4sec.assessments.queries.table import Table
from media4sec.assessments.services import rechecking
from media4sec.assessments.tests.factories import (
    answer_as,
    approved,
    begin,
    in_review,
    queries_of,
    signed_in,
)
from media4sec.assessments.tests.rules_of_tomorrow import EU, brings, changed, publish, withdraw
from media4sec.kit import clock
from media4sec.kit.models import Activity
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
Meaning = Recheck.Meaning
ACTIVITY = "event_monitor"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    return settings.HOME / "packs"


@pytest.fixture
def rules():
    """What is in force is known, as after the first minute of the worker."""
    a_minute()


def a_minute():
    services.note_releases(by=THE_HOUSE)
    return services.ask_again(by=THE_HOUSE)


def newest(check):
    return Recheck.objects.filter(check_of=check).last()


def told(check):
    """Verbs the log has of a check, by the house."""
    said = Activity.objects.filter(subject_kind="assessments.check", subject_id=check.pk)
    return [*said.filter(actor=None).order_by("pk").values_list("verb", flat=True)]


# What is in force


def test_the_first_start_notes_what_is_in_force_without_changes():
    services.note_releases(by=THE_HOUSE)
    noted = {each.pack: each for each in Release.objects.all()}

    assert {*noted} == {*shelf.in_force().packs}
    assert all(each.changes == [] and each.until is None for each in noted.values())
    assert noted[EU].title == shelf.in_force().packs[EU].pack.title
    assert services.note_releases(by=THE_HOUSE) == 0


def test_a_new_version_is_noted_with_what_it_changed_and_the_old_one_ends(rules):
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))

    assert services.note_releases(by=THE_HOUSE) == 1
    old, new = Release.objects.filter(pack=EU)
    assert old.until == new.since
    assert (new.number, new.until) == ("0.2.0", None)
    assert new.changes == [["new", "rules.T1"], ["stricter", "rules.T1"]]
    assert new.sha256 == shelf.stamps()[0]["sha256"]


def test_what_is_withdrawn_ends_and_what_was_before_comes_back(rules):
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))
    a_minute()
    withdraw(EU, "0.2.0")
    services.note_releases(by=THE_HOUSE)

    first, _second, third = Release.objects.filter(pack=EU)
    assert (third.number, third.sha256) == (first.number, first.sha256)
    assert third.changes == [["softened", "rules.T1"]]
    assert Release.objects.filter(pack=EU, until=None).get() == third


def test_of_a_broken_file_nothing_is_concluded_and_the_doctor_says_so(rules):
    path = publish(changed(brings(ACTIVITY, opinions=["ethics"])))
    path.write_bytes(path.read_bytes().replace(b"ethics", b"ethicz", 1))
    shelf._held = None
    shelf.look_again()

    assert a_minute() == 0
    assert Release.objects.filter(pack=EU).count() == 1
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out)
    assert f"TROUBLE {path.name}: it was changed after it was published." in out.getvalue()
    with pytest.raises(call_command.__globals__["CommandError"], match="it was changed"):
        call_command("packs", "list", stdout=StringIO())


def test_the_command_says_what_is_in_force_and_since_when(rules, tmp_path):
    def packs(*arguments):
        out = StringIO()
        call_command("packs", *arguments, stdout=out)
        return out.getvalue()

    assert "media4sec.eu-base 0.1.0: in force since 2026-" in packs("list")
    publish(changed(version="0.0.9"), changed(version="0.2.0", reviewer="A lawyer"))
    said = packs("list")
    assert (
        "eu-base 0.2.0: in force since the next round of the worker; published here; A la" in said
    )
    assert "media4sec.eu-base 0.0.9: not in force, for media4sec.eu-base 0.2.0 is" in said

    said = packs("withdraw", EU, "0.2.0")
    assert "The file stays." in said
    assert "in force: media4sec.eu-base 0.1.0" in said
    assert f"{EU}-0.2.0: withdrawn on 20" in packs("list")


# What they say of live checks


def everything_else(check):
    """A key of each kind that this check does not call for."""
    result, whole = standing_of(check).result, shelf.rulebook().whole
    called = {each.key for each in (*result.red_lines, *result.authorisations)}
    lines = {key: line.kind for key, line in whole.red_lines.items() if key not in called}
    absolute = next(key for key, kind in lines.items() if kind == "absolute")
    gated = next(key for key, kind in lines.items() if kind == "conditional")
    needed = next(key for key in whole.authorisations if key not in called)
    return {"absolute": absolute, "gated": gated, "authorisation": needed}


def test_only_words_changed_is_nothing(rules):
    check, _people = approved(MemberFactory())
    key = standing_of(check).result.safeguards[0].key

    def reword(said):
        said["safeguards"][key]["title"] = "The same in other words"

    publish(changed(reword))
    a_minute()

    found = newest(check)
    assert found.meaning == Meaning.WORDING
    assert found.difference["words"]["more"] == ["The same in other words"]
    check.refresh_from_db()
    assert (check.state, check.is_stale) == (Check.State.APPROVED, False)
    assert told(check) == []


def test_a_stricter_rule_gives_ninety_days_and_is_told(rules):
    check, _people = approved(MemberFactory())
    Check.objects.update(valid_until=clock.now().date() + timedelta(days=300))
    version = check.versions.get()
    more = everything_else(check)["authorisation"]
    publish(changed(brings(ACTIVITY, authorisations=[more])))
    a_minute()

    found, title = newest(check), shelf.rulebook().whole.authorisations[more].title
    assert found.meaning == Meaning.STRICTER
    assert found.difference == {"authorisations": {"more": [title], "gone": []}}
    check.refresh_from_db()
    assert (check.state, check.stale_why) == (Check.State.APPROVED, "stricter")
    assert check.confirm_by == clock.now().date() + timedelta(days=90)
    assert told(check) == ["stale"]
    assert [*check.events.values_list("action", flat=True)][-2:] == ["rechecked", "stale"]
    # What was signed stays as it was.
    assert check.versions.get().sha256 == version.sha256
    assert check.versions.get().content == version.content


def test_rules_that_changed_before_the_worker_ever_looked_are_found():
    check, _people = approved(MemberFactory())
    more = everything_else(check)["authorisation"]
    publish(changed(brings(ACTIVITY, authorisations=[more])))

    a_minute()

    assert newest(check).meaning == Meaning.STRICTER


@pytest.mark.parametrize("which", ["absolute", "gated"])
def test_a_new_red_line_suspends_at_once(rules, which):
    check, _people = approved(MemberFactory())
    line = everything_else(check)[which]
    publish(changed(brings(ACTIVITY, red_lines=[line])))
    a_minute()

    assert newest(check).meaning == Meaning.RED_LINE
    assert newest(check).difference["red_lines"]["more"] == [
        shelf.rulebook().whole.red_lines[line].title
    ]
    check.refresh_from_db()
    assert (check.state, check.stale_why) == (Check.State.SUSPENDED, "red_line")
    assert told(check) == ["suspended"]


def test_a_milder_rule_is_kept_and_changes_nothing(rules):
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))
    a_minute()
    check, _people = in_review(MemberFactory(), Role.ETHICS)
    Check.objects.filter(pk=check.pk).update(state=Check.State.APPROVED)
    withdraw(EU, "0.2.0")
    a_minute()

    assert newest(check).meaning == Meaning.MILDER
    check.refresh_from_db()
    assert (check.state, check.is_stale) == (Check.State.APPROVED, False)
    assert told(check) == []


def test_who_waits_for_a_decision_is_told_to_send_it_anew(rules):
    check, _people = in_review(MemberFactory())
    publish(changed(brings(ACTIVITY, red_lines=[everything_else(check)["absolute"]])))
    a_minute()

    check.refresh_from_db()
    assert (check.state, check.is_stale) == (Check.State.SUBMITTED, False)
    assert told(check) == ["rules_changed"]


def test_drafts_and_checks_of_other_countries_are_left_alone(rules):
    draft = begin(MemberFactory())
    answer_as(draft)
    german, _people = approved(MemberFactory())
    Check.objects.filter(pk=german.pk).update(country="DE")
    french = shelf.shipped()["fr"]
    head = french.pack.model_copy(update={"version": "0.2.0"})
    publish(french.model_copy(update={"pack": head}))
    a_minute()

    assert not Recheck.objects.exists()
    assert Rerun.objects.filter(country="FR").count() == 2
    assert Rerun.objects.filter(country="DE").count() == 1


def test_law_that_begins_to_apply_is_asked_about_on_its_day(rules):
    approved(MemberFactory())
    assert a_minute() == 0
    first = min(
        each.first
        for each in shelf.rulebook().provisions.values()
        if each.first and each.first > clock.now().date()
    )
    with clock.pretend(datetime(first.year, first.month, first.day, 9, tzinfo=UTC)):
        assert a_minute() == 1


def test_an_activity_that_is_gone_has_to_be_looked_at(rules):
    check, _people = approved(MemberFactory())
    content = check.versions.get().content
    content["plan"]["activity"] = "gone"

    found = differing(content, shelf.rulebook(), Table(), clock.now().date())
    assert found.meaning == Meaning.STRICTER
    assert found.difference["activities"]["gone"] == [content["plan"]["activity_title"]]


# Stopped anywhere, it goes on


def several(count):
    made = [in_review(MemberFactory())[0] for _each in range(count)]
    Check.objects.update(state=Check.State.APPROVED)
    return made


@pytest.mark.parametrize("line", ["create", "note", "make_stale", "_newest_versions"])
def test_a_worker_killed_anywhere_has_done_a_step_whole_or_not_at_all(rules, monkeypatch, line):
    checks = several(4)
    more = everything_else(checks[0])["authorisation"]
    publish(changed(brings(ACTIVITY, authorisations=[more])))
    monkeypatch.setattr(rechecking, "AT_A_TIME", 2)
    places = {"create": Recheck.objects, "note": rechecking.chain}
    place, calls = places.get(line, rechecking), []
    real = getattr(place, line)

    def killed(*said, **named):
        calls.append(said)
        # In the middle of the second step.
        if len(calls) == (2 if line == "_newest_versions" else 5):
            raise RuntimeError("killed")
        return real(*said, **named)

    services.note_releases(by=THE_HOUSE)
    with monkeypatch.context() as patched:
        patched.setattr(place, line, killed)
        if line in {"create", "make_stale"}:
            calls.append("one more than there are checks in a step")
        with pytest.raises(RuntimeError):
            services.ask_again(by=THE_HOUSE)
    assert Recheck.objects.count() == 2

    assert services.ask_again(by=THE_HOUSE) == 2
    assert sorted(Recheck.objects.values_list("check_of", flat=True)) == [c.pk for c in checks]
    assert Event.objects.filter(action="rechecked").count() == 4
    assert Event.objects.filter(action="stale").count() == 4
    rerun = Rerun.objects.filter(country="").last()
    assert (rerun.asked, rerun.changed, rerun.stale, rerun.suspended) == (4, 4, 4, 0)
    assert rerun.finished_at
    assert services.ask_again(by=THE_HOUSE) == 0


def test_two_workers_begin_one_rerun(rules, monkeypatch):
    several(1)
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))
    services.note_releases(by=THE_HOUSE)
    real = rechecking._last
    calls = []

    def last(country):
        calls.append(country)
        found = real(country)
        if calls == [""]:  # the other one begins and ends between our look and our lock
            services.ask_again(by=THE_HOUSE)
        return found

    monkeypatch.setattr(rechecking, "_last", last)
    assert services.ask_again(by=THE_HOUSE) == 0
    assert Rerun.objects.filter(country="").count() == 2
    assert Recheck.objects.count() == 1


def test_rules_that_change_meanwhile_begin_anew(rules, monkeypatch):
    checks = several(2)
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))
    services.note_releases(by=THE_HOUSE)
    monkeypatch.setattr(rechecking, "AT_A_TIME", 1)
    assert services.ask_again(by=THE_HOUSE, seconds=0) == 0
    going = Rerun.objects.get(country="", finished_at=None)
    assert rechecking._ask_some(going.pk, by=THE_HOUSE) == 1

    publish(changed(brings(ACTIVITY, opinions=["community"]), version="0.3.0"))
    assert rechecking._ask_some(going.pk, by=THE_HOUSE) is None
    assert a_minute() == 2
    assert Recheck.objects.filter(check_of=checks[0]).count() == 2
    assert not Rerun.objects.filter(finished_at=None).exists()


def test_the_worker_does_it_in_two_rounds(rules):
    several(1)
    publish(changed(brings(ACTIVITY, opinions=["ethics"])))

    tasks.follow_rules()
    assert not Recheck.objects.exists()
    tasks.follow_rules()
    assert Recheck.objects.count() == 1


def test_nobody_but_the_house_asks_again(rules):
    with pytest.raises(Exception, match="The house itself"):
        services.ask_again(by=MemberFactory())
    with pytest.raises(Exception, match="The house itself"):
        services.note_releases(by=MemberFactory())


# The pages


def test_a_check_says_what_the_new_rules_say_and_what_to_do(rules):
    check, _people = approved(MemberFactory())
    assert recheck_of(check) is None
    more = everything_else(check)["authorisation"]
    publish(changed(brings(ACTIVITY, authorisations=[more])))
    a_minute()

    page = signed_in(check.author).get(check.get_absolute_url()).content.decode()
    assert "The rules changed" in page
    assert "More is asked for" in page
    assert "An approver confirms by" in page
    assert shelf.rulebook().whole.authorisations[more].title in page


def test_who_has_to_send_it_anew_sees_why_until_it_is_sent(rules):
    check, people = in_review(MemberFactory())
    publish(changed(brings(ACTIVITY, red_lines=[everything_else(check)["gated"]])))
    a_minute()
    assert recheck_of(check).todo.startswith("Have it sent back")

    services.send_back(check, by=people[Role.APPROVER], reason="The rules changed.")
    check.refresh_from_db()
    assert recheck_of(check).todo.startswith("Look at what is different")
    services.submit(check, by=check.author)
    assert recheck_of(check) is None


def test_the_library_tells_what_changed_with_the_law(rules, client):
    check = begin(MemberFactory())
    more = everything_else(check)["authorisation"]
    publish(changed(brings(ACTIVITY, authorisations=[more], note="Ask first, then look")))
    services.note_releases(by=THE_HOUSE)
    withdraw(EU, "0.2.0")
    services.note_releases(by=THE_HOUSE)

    packs = client.get(reverse("assessments:packs")).content.decode()
    address = reverse("assessments:pack", args=[EU])
    assert f'href="{address}"' in packs
    page = client.get(address).content.decode()
    assert page.count("Ask first, then look") == 2
    assert "Taken out" in page
    assert reverse("assessments:provision", args=["ECHR.8"]) in page
    for release in Release.objects.filter(pack=EU):
        assert release.sha256 in page
        assert release.get_absolute_url() == f"{address}#r{release.pk}"
    assert client.get(reverse("assessments:pack", args=["no.such"])).status_code == 404


def test_a_page_of_a_pack_asks_the_same_number_of_questions(rules):
    client = signed_in(MemberFactory())
    address = reverse("assessments:pack", args=[EU])
    for number in (2, 3):
        publish(changed(brings(ACTIVITY, note=f"Number {number}"), version=f"0.{number}.0"))
        services.note_releases(by=THE_HOUSE)
    few = queries_of(client, address)
    for number in range(4, 9):
        publish(changed(brings(ACTIVITY, note=f"Number {number}"), version=f"0.{number}.0"))
        services.note_releases(by=THE_HOUSE)

    assert queries_of(client, address) == few


def test_the_feed_has_the_rules(rules, client):
    feed = client.get(reverse("feeds:atom", args=["release"])).content.decode()

    assert "Rules: " in feed
