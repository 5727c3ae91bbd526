"""Proofs: who gives them, who accepts them, and what counts."""

import hashlib
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from media4sec.assessments import services
from media4sec.assessments.evaluation import keys
from media4sec.assessments.models import Check, Part, Proof, Role, Stale
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.called import called_for
from media4sec.assessments.queries.examples import examples
from media4sec.assessments.queries.proofs import on_table
from media4sec.assessments.queries.reviewing import to_review
from media4sec.assessments.room import PROOF
from media4sec.assessments.services import Given
from media4sec.assessments.tests.factories import (
    answer,
    answer_as,
    begin,
    queries_of,
    signed_in,
    with_people,
)
from media4sec.kit import uploads
from media4sec.kit.clock import now, pretend
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door
from media4sec.kit.models import Activity, Upload
from media4sec.members.tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db

LAW = {"office": "The district court", "statute": "Police Act, section 12"}
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def people():
    """An event that is watched, with safeguards, papers and an authorisation to show."""
    check, found = with_people(MemberFactory(), Role.LEGAL, Role.ETHICS, Role.APPROVER)
    answer_as(check)
    return check, found


@pytest.fixture
def held():
    """A check on hold until a national law is named."""
    check, found = with_people(MemberFactory(), Role.LEGAL)
    answer(check, q01="police", q02="crime", q03="general")
    return check, found[Role.LEGAL]


def first_of(check, of):
    return next(key for kind, key in called_for(standing_of(check)) if kind == of)


def give(check, of="safeguard", key="", by=None, files=(), **given):
    given = given or {"words": "The shift leader deletes them each night."}
    key = key or first_of(check, of)
    return services.give_proof(check, of, key, Given(**given), by=by or check.author, files=files)


def picture(name="plan.png"):
    made = BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue())


def received(owner, file=None):
    file = file or SimpleUploadedFile("plan.pdf", PDF)
    return uploads.receive(owner=owner, file=file, alt="A plan", place="proof:1")


def there(check):
    return {*keys(each for each in standing_of(check).result.safeguards if each.is_there)}


def last_note(check):
    return check.events.last()


# What counts


def test_a_proof_counts_from_the_moment_a_reviewer_accepts_it(people):
    check, found = people
    proof = give(check)

    assert there(check) == set()
    services.accept_proof(proof, by=found[Role.LEGAL])

    assert there(check) == {proof.key}
    called = on_table(standing_of(check)).called["safeguard", proof.key]
    assert called.judged.startswith("by a legal reviewer, ")
    assert last_note(check).action == "accepted_proof"


def test_the_one_accepted_last_counts_and_a_newer_one_changes_nothing_until_it_is(people):
    check, found = people
    legal = found[Role.LEGAL]
    old = give(check, words="Every night.", valid_until=date(2027, 12, 31))
    services.accept_proof(old, by=legal)
    new = give(check, key=old.key, words="By hand.", valid_until=date(2026, 12, 1))

    with pretend(now() + timedelta(days=30)):
        assert there(check) == {old.key}
    services.accept_proof(new, by=legal)
    with pretend(now() + timedelta(days=30)):
        assert there(check) == set()
        assert on_table(standing_of(check)).called["safeguard", old.key].said == "Lapsed"

    assert [each.words for each in check.proofs.order_by("pk")] == ["Every night.", "By hand."]


def test_a_renewal_counts_from_its_first_day_and_the_old_one_until_then(held):
    check, legal = held
    year = {"valid_from": date(2027, 1, 1), "valid_until": date(2027, 12, 31)}
    for days in ({"valid_until": date(2026, 12, 31)}, year):
        proof = give(check, "authorisation", "AU.LAW", **LAW, words="See the order.", **days)
        services.accept_proof(proof, by=legal)

    for day in (now(), now() + timedelta(days=60)):
        with pretend(day):
            assert "AU.LAW" in standing_of(check).table.evidence.authorisations


def test_one_that_turns_out_wrong_stops_counting(people):
    check, found = people
    proof = services.accept_proof(give(check), by=found[Role.LEGAL])

    services.decline_proof(proof, why="The order was lifted.", by=found[Role.ETHICS])

    assert there(check) == set()
    with pytest.raises(Refused, match="judged or taken back"):
        services.accept_proof(proof, by=found[Role.LEGAL])


def test_a_decision_that_rests_on_it_has_to_be_confirmed(people):
    check, found = people
    first = services.accept_proof(give(check), by=found[Role.LEGAL])
    second = services.accept_proof(give(check), by=found[Role.LEGAL])
    valid_until = now().date() + timedelta(days=30)
    Check.objects.update(state=Check.State.APPROVED, valid_until=valid_until)

    services.decline_proof(second, why="It was another shift.", by=found[Role.ETHICS])
    check.refresh_from_db()
    assert not check.is_stale
    services.decline_proof(first, why="The order was lifted.", by=found[Role.ETHICS])

    check.refresh_from_db()
    assert (check.stale_why, check.confirm_by) == (Stale.LAPSED, valid_until)
    assert [each.action for each in check.events.all()][-2:] == ["declined_proof", "stale"]


def test_a_gate_of_a_red_line_opens_when_its_proof_is_accepted(people):
    check, found = people
    Check.objects.update(activity="face_match")
    check = Check.objects.get()
    answer(check, **examples()["live-face-recognition-at-a-march"].answers)
    missing = standing_of(check).result.red_lines[0].missing
    # No effect asks for this one: only the line does.
    assert "AU.RBI" in missing
    assert "AU.RBI" not in keys(standing_of(check).result.authorisations)

    proof = give(check, "authorisation", "AU.RBI", **LAW, words="See the order.")
    services.accept_proof(proof, by=found[Role.LEGAL])

    assert {*standing_of(check).result.red_lines[0].missing} == {*missing} - {"AU.RBI"}


def test_no_proof_opens_a_line_that_nobody_may_cross(people):
    check, _found = people
    answer(check, q39="who")

    assert not any(key.startswith("RL.") for _kind, key in called_for(standing_of(check)))
    for key in ("RL.PROTEST", "AU.RBI", "q39", "../../etc", ""):
        for of in ("safeguard", "authorisation", "document", "red_line", ""):
            with pytest.raises(Refused, match="does not call for that"):
                services.give_proof(check, of, key, Given(words="A note."), by=check.author)


# Who


def test_nobody_judges_what_they_gave(people):
    check, found = people
    proof = give(check)
    legal = found[Role.LEGAL]
    Proof.objects.update(given_by=legal)

    with pytest.raises(Refused, match="Another reviewer"):
        services.accept_proof(proof, by=legal)
    with pytest.raises(PermissionDenied):
        services.accept_proof(proof, by=check.author)
    # Whoever is called a reviewer of what they write is none.
    Part.objects.create(
        check_of=check, member=check.author, role=Role.ETHICS, state=Part.State.TAKEN,
        asked_by=check.author, asked_at=now(),
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.accept_proof(proof, by=check.author)


def test_a_reviewer_removed_an_hour_ago_accepts_nothing(people):
    check, found = people
    proof, legal = give(check), found[Role.LEGAL]
    part = check.parts.get(member=legal)
    services.remove(part, by=check.author)

    with pytest.raises(PermissionDenied):
        services.accept_proof(proof, by=legal)
    url = f"/checks/{check.pk}/proofs/{proof.pk}/judge/"
    assert signed_in(legal).post(url, {"then": "accept"}).status_code == 404
    proof.refresh_from_db()
    assert proof.state == Proof.State.GIVEN


def test_reviewers_give_nothing_and_who_is_only_asked_judges_nothing(people):
    check, found = people
    with pytest.raises(PermissionDenied):
        give(check, by=found[Role.LEGAL])
    check.parts.filter(member=found[Role.LEGAL]).update(state=Part.State.ASKED)
    with pytest.raises(PermissionDenied):
        services.accept_proof(give(check), by=found[Role.LEGAL])


def test_it_is_taken_back_by_who_gave_it_until_it_is_judged(people):
    check, found = people
    proof, judged = give(check), give(check)
    services.decline_proof(judged, why="It shows another month.", by=found[Role.LEGAL])

    services.take_back_proof(proof, by=check.author)

    proof.refresh_from_db()
    assert proof.state == Proof.State.TAKEN_BACK
    assert last_note(check).action == "took_proof_back"
    for each in (proof, judged):
        with pytest.raises(Refused, match="Give a new one"):
            services.take_back_proof(each, by=check.author)
    with pytest.raises(Refused, match="judged or taken back"):
        services.accept_proof(proof, by=found[Role.LEGAL])


@pytest.mark.parametrize("state", [Check.State.REFUSED, Check.State.REVOKED, Check.State.EXPIRED])
def test_nothing_is_given_or_judged_once_it_is_over(people, state):
    check, found = people
    proof = give(check)
    Check.objects.filter(pk=check.pk).update(state=state)

    with pytest.raises(PermissionDenied):
        give(Check.objects.get(pk=check.pk), key=proof.key)
    with pytest.raises(PermissionDenied):
        services.accept_proof(Proof.objects.get(), by=found[Role.LEGAL])


def test_who_gave_it_hears_what_became_of_it_and_nobody_else(people):
    check, found = people
    proof = give(check)
    services.decline_proof(proof, why="It shows another month.", by=found[Role.LEGAL])

    told = Activity.objects.filter(subject_kind="assessments.proof")
    assert [each.verb for each in told] == ["declined"]
    assert "declined" in PROOF.tells_author
    assert PROOF.writers(proof) == [check.author_id]
    hint = PROOF.entry(PROOF.fetch([proof.pk])[0]).through(Door.MAIL)
    assert hint.ref.pk == proof.pk
    assert (hint.title, hint.text, hint.url, hint.author) == ("", "", "", "")


def test_reviewers_see_what_waits_for_them_and_who_gave_it_does_not(people):
    check, found = people
    give(check)
    give(check, "answer", "q01")
    risk = standing_of(check).result.risks[0].key
    services.gauge(
        check, risk, severity=1, likelihood=1, reason="It never happened.", by=found[Role.LEGAL]
    )

    def waiting(member):
        member = type(member).objects.get(pk=member.pk)
        return [(each.proofs_waiting, each.risks_waiting) for each in to_review(member)]

    assert waiting(found[Role.LEGAL]) == [(1, 0)]
    assert waiting(found[Role.ETHICS]) == [(1, 1)]
    assert waiting(check.author) == waiting(MemberFactory()) == []
    assert "1 proof to accept" in signed_in(found[Role.ETHICS]).get("/checks/").content.decode()

    services.remove(check.parts.get(member=found[Role.ETHICS]), by=check.author)
    assert waiting(found[Role.ETHICS]) == []


# Bad input


def test_what_makes_no_sense_is_refused_with_a_sentence(people, held):
    check, _found = people
    other, _legal = held

    def refused(where, of, key="", **given):
        with pytest.raises(Refused) as reason:
            give(where, of, key, **given)
        return reason.value.sentence

    assert "Say in a few words" in refused(check, "safeguard", words=" \n ")
    assert "Shorten it" in refused(check, "safeguard", words="x" * 2_000_000)
    assert "lapsed" in refused(check, "safeguard", words="So.", valid_until=date(2020, 1, 1))
    law = {"words": "See the order.", **LAW}
    days = {"valid_from": date(2027, 2, 1), "valid_until": date(2027, 1, 1)}
    assert "ends before" in refused(other, "authorisation", "AU.LAW", **law, **days)
    assert "which office" in refused(other, "authorisation", "AU.LAW", **law | {"office": ""})
    assert "Shorten" in refused(other, "authorisation", "AU.LAW", **law | {"office": "x" * 999})
    for statute in ("Article 10 LED", "Directive (EU) 2016/680, Art. 8"):
        sentence = refused(other, "authorisation", "AU.LAW", **law | {"statute": statute})
        assert "national law" in sentence
    Check.objects.update(country="DE")
    assert "Name the provision" in refused(
        Check.objects.get(pk=other.pk), "authorisation", "AU.LAW", **law | {"statute": ""}
    )
    assert not Proof.objects.exists()


def test_the_record_holds_hashes_of_words_and_files_and_no_words(people):
    check, _found = people
    proof = give(check, words="Behind the blue door.", files=[received(check.author)])

    note = last_note(check)
    assert note.action == "gave_proof"
    assert note.facts["files"] == [hashlib.sha256(PDF).hexdigest()]
    assert len(note.facts["sha256"]) == 64
    assert "blue door" not in str(note.facts)
    assert proof.files[0]["name"] == "plan.pdf"


def test_deleting_the_check_takes_the_files_along(people):
    check = begin(MemberFactory())
    answer(check, q01="police", q02="crime", q03="general")
    give(check, "answer", "q01", words="See the file.", files=[received(check.author)])

    services.withdraw(check, by=check.author)

    assert not Upload.objects.exists()


# Pages


def path_of(check, of="safeguard", key=""):
    return f"/checks/{check.pk}/proofs/{of}/{key or first_of(check, of)}/"


def test_a_proof_with_a_file_is_given_on_its_page(people):
    check, found = people
    client = signed_in(check.author)
    path = path_of(check)
    sent = {"words": "As on the plan.", "alt": "The plan of the square", "file": picture()}

    response = client.post(path, sent)

    proof = Proof.objects.get()
    assert response.url == path
    page = client.get(path).content.decode()
    assert f"/files/{proof.files[0]['id']}/" in page
    assert "Waits for a reviewer" in page
    assert "Accept it" not in page
    assert "Accept it" in signed_in(found[Role.LEGAL]).get(path).content.decode()


def test_a_file_is_for_readers_of_the_check_alone(people):
    check, found = people
    proof = give(check, files=[received(check.author)])
    path = f"/files/{proof.files[0]['id']}/"
    beside = MembershipFactory(circle=check.circle).member

    assert signed_in(found[Role.LEGAL]).get(path).status_code == 200
    for stranger in (beside, MemberFactory()):
        client = signed_in(stranger)
        for each in (path, path_of(check), f"/checks/{check.pk}/proofs/"):
            assert client.get(each).status_code == 404


def test_a_file_that_is_no_picture_comes_back_with_the_words(people):
    check, _found = people
    sent = {"words": "As on the plan.", "file": SimpleUploadedFile("a.png", b"MZ not a picture")}

    response = signed_in(check.author).post(path_of(check), sent)

    assert response.status_code == 422
    assert "Only JPEG, PNG and WebP pictures" in response.content.decode()
    assert "As on the plan." in response.content.decode()
    assert not Proof.objects.exists()


def test_a_reviewer_who_declines_without_a_reason_is_asked_for_one(people):
    check, found = people
    proof, client = give(check), signed_in(found[Role.LEGAL])
    path = f"/checks/{check.pk}/proofs/{proof.pk}/judge/"

    response = client.post(path, {"then": "decline", "why": ""})
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert client.post(path, {"then": "decline", "why": "Whose is it?"}).status_code == 302
    assert "Whose is it?" in client.get(path_of(check)).content.decode()


def test_what_no_check_calls_for_has_no_page(people):
    check, _found = people
    client = signed_in(check.author)

    for end in ("safeguard/S.X/", "answer/q999/", "red_line/RL.PROTEST/", f"{'9' * 30}/judge/"):
        assert client.get(f"/checks/{check.pk}/proofs/{end}").status_code in {404, 405}
    assert client.post(f"/checks/{check.pk}/proofs/{'9' * 30}/judge/").status_code == 404
    other = begin(check.author)
    proof = give(check)
    assert client.post(f"/checks/{other.pk}/proofs/{proof.pk}/take-back/").status_code == 404


def test_evidence_stands_beside_its_answer_and_nobody_has_to_accept_it(people):
    check, found = people
    client = signed_in(check.author)
    client.post(path_of(check, "answer", "q01"), {"words": "The order of the shift."})

    assert (
        "The order of the shift."
        in client.get(f"/checks/{check.pk}/questions/q01/").content.decode()
    )
    with pytest.raises(Refused, match="nobody has to accept"):
        services.accept_proof(Proof.objects.get(), by=found[Role.LEGAL])


def test_the_result_says_how_far_everything_is_shown(people):
    check, found = people
    proof = give(check)
    client = signed_in(check.author)
    assert "Waits for a reviewer" in client.get(check.get_absolute_url()).content.decode()

    services.accept_proof(proof, by=found[Role.LEGAL])
    text = client.get(check.get_absolute_url()).content.decode()
    assert "by a legal reviewer, " in text
    assert path_of(check, key=proof.key) in text


@pytest.mark.parametrize("page", ["list", "one", "result"])
def test_pages_ask_as_often_with_one_as_with_ten(people, page):
    check, found = people
    client = signed_in(found[Role.LEGAL])
    key = first_of(check, "safeguard")
    path = {
        "list": f"/checks/{check.pk}/proofs/",
        "one": path_of(check, key=key),
        "result": check.get_absolute_url(),
    }[page]
    services.accept_proof(give(check, key=key), by=found[Role.LEGAL])
    once = queries_of(client, path)

    for _kind, other in called_for(standing_of(check))[:9]:
        if _kind != "authorisation":
            services.accept_proof(give(check, _kind, other), by=found[Role.ETHICS])
        give(check, key=key)

    assert queries_of(client, path) == once
