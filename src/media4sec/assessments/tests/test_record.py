"""The record: sealed once a day, read in words, and checked offline down to the byte."""

import json
from copy import deepcopy
from datetime import timedelta
from functools import cache
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from media4sec.assessments import services, verifying
from media4sec.assessments.models import Event, Role, Seal
from media4sec.assessments.packs import sealing
from media4sec.assessments.queries.record import record_page
from media4sec.assessments.services import chain, exporting, sealing_record
from media4sec.assessments.services.exporting import sealed
from media4sec.assessments.services.signing import sign
from media4sec.assessments.tests.factories import answer, begin, queries_of, signed_in, take_part
from media4sec.assessments.tests.reports import decided
from media4sec.assessments.verifying import canonical, sha256
from media4sec.kit.clock import now, pretend
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def holds(data, key=None):
    found = verifying.check_file(data, public=services.public_key() if key is None else key)
    return all(each.holds for each in found)


def sentences(data, key=None):
    found = verifying.check_file(data, public=services.public_key() if key is None else key)
    return " ".join(each.sentence for each in found if not each.holds)


@pytest.fixture
def ada(db):
    return MemberFactory(name="Ada Example")


@pytest.fixture
def case(ada):
    """A decided check whose record is sealed, and its data file."""
    check, version, people = decided(ada)
    services.seal_records(by=THE_HOUSE)
    content = services.export(version, "internal", "json", by=ada).content
    return check, version, people, content


# Seals


def test_a_record_that_grew_is_sealed_once_a_day(ada):
    check = begin(ada)

    assert services.seal_records(by=THE_HOUSE) == 1
    answer(check, q01="police")
    assert services.seal_records(by=THE_HOUSE) == 0
    with pretend(now() + timedelta(days=1, minutes=1)):
        assert services.seal_records(by=THE_HOUSE) == 1
        assert services.seal_records(by=THE_HOUSE) == 0
    with pretend(now() + timedelta(days=9)):
        assert services.seal_records(by=THE_HOUSE) == 0
    assert [seal.seq for seal in Seal.objects.order_by("seq")] == [1, 2]


def test_a_clock_that_ran_ahead_does_not_stop_the_seals(ada):
    check = begin(ada)
    with pretend(now() + timedelta(days=400)):
        services.seal_records(by=THE_HOUSE)

    answer(check, q01="police")

    assert services.seal_records(by=THE_HOUSE) == 1
    assert record_page(check, public=services.public_key()).is_whole


def test_no_member_sets_a_seal(ada):
    with pytest.raises(PermissionDenied):
        sealing_record.seal_record(begin(ada), by=ada)


# On the page


def test_the_page_says_in_words_who_did_what_and_that_the_record_is_whole(case, ada):
    check, _version, people, _content = case

    text = signed_in(people[Role.LEGAL]).get(f"/checks/{check.pk}/record/").content.decode()

    assert ">Whole<" in text
    for words in ("Began the check", "Signed an opinion (Legal reviewer)", "Decided (Approved)"):
        assert words in text
    assert "Ada Example" in text
    assert services.public_key() in text


def test_every_step_has_words(case):
    check, _version, _people, _content = case

    page = record_page(check, public=services.public_key())

    assert all(words[0].isupper() for _event, words in page.lines)


HARMS = (
    {"facts": {"sha256": "0" * 64}},
    {"action": "fulfilled"},
    {"actor": None},
    {"thing": "answer:1"},
    {"at": "2020-01-01T00:00:00+00:00"},
)


def test_a_line_changed_in_the_database_is_named(case):
    check, *_rest = case
    lines = Event.objects.filter(check_of=check, seq=12)
    [before] = lines.values("facts", "action", "actor", "thing", "at")

    found = set()
    for harm in HARMS:
        lines.update(**{**before, **harm})
        found.add(record_page(check, public=services.public_key()).broken_at)
    text = signed_in(check.author).get(f"/checks/{check.pk}/record/").content.decode()

    assert found == {12}
    assert "Broken at line 12" in text


def test_a_record_written_anew_from_its_first_line_breaks_at_its_seal(case):
    check, _version, _people, _content = case
    previous = verifying.BEGINNING
    for event in Event.objects.filter(check_of=check).order_by("seq"):
        event.previous = previous
        if event.seq == 3:
            event.facts = {"role": "owner"}
        previous = sha256(chain.line_of(event))
        Event.objects.filter(pk=event.pk).update(
            previous=event.previous, hash=previous, facts=event.facts
        )

    page = record_page(check, public=services.public_key())

    assert page.broken_at == check.seals.get().seq


def test_the_page_asks_as_often_with_every_line(ada):
    check = begin(ada)
    client, path = signed_in(ada), f"/checks/{check.pk}/record/"
    one = queries_of(client, path)

    answer(check, q01="police", q02="crime", q03="yes", q04="serious", q05=("vendor",))

    assert queries_of(client, path) == one


def test_an_auditor_reads_it_and_a_stranger_does_not(case):
    check, *_rest = case
    auditor = take_part(check, Role.AUDITOR)

    assert signed_in(auditor).get(f"/checks/{check.pk}/record/").status_code == 200
    assert signed_in(MemberFactory()).get(f"/checks/{check.pk}/record/").status_code == 404


# The file, offline


def test_a_file_as_it_left_the_house_holds(case):
    _check, _version, _people, content = case

    assert holds(content)
    assert holds(content, key="")


def changed(said, path, value):
    """A copy with one place changed, sealed with the key of the house as only the house could:
    what then fails is the deeper proof."""
    said = deepcopy(said)
    said.pop("seal")
    place = said
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return sealed(said)


CHANGES = (
    (("version", "content", "plan", "title"), "Another plan", "another hash"),
    (("version", "content", "answers", "q04"), "minor", "another hash"),
    (("version", "sha256"), "0" * 64, "another hash"),
    (("opinions", 0, "words"), "I agree with all of it.", "not those that were signed"),
    (("opinions", 0, "advice"), "agrees", "not what was signed"),
    (("opinions", 0, "signature"), "0" * 128, "signature does not fit"),
    (("decisions", 0, "reason"), "Because I say so.", "not those that were signed"),
    (("decisions", 0, "decision"), "refuse", "not what was signed"),
    (("decisions", 0, "attested"), [], "not what was signed"),
    (("record", "lines", 4, "actor"), 1, "broken at line 5"),
    (("record", "lines", 4, "at"), "2020-01-01T00:00:00+00:00", "broken at line 5"),
    (("record", "seals", 0, "hash"), "0" * 64, "broken at line"),
    (("record", "seals", 0, "signature"), "0" * 128, "broken at line"),
    (("record", "seals", 0, "at"), "2020-01-01T00:00:00+00:00", "broken at line"),
)


def test_what_was_changed_before_the_file_was_sealed_is_found(case):
    said = json.loads(case[-1])

    for path, value, sentence in CHANGES:
        assert sentence in sentences(changed(said, path, value)), path


def test_an_opinion_on_another_version_is_no_opinion_on_this_one(case):
    _check, _version, _people, content = case
    said = json.loads(content)
    about = json.loads(said["opinions"][0]["statement"]) | {"version": 2}
    words, signature = sign(about)

    forged = {**said["opinions"][0], "statement": words, "signature": signature}

    assert "another version" in sentences(changed(said, ("opinions", 0), forged))


def lines_without(lines, at):
    return [*lines[:at], *lines[at + 1 :]]


def renumbered(lines):
    """Two lines change places and numbers."""
    found = deepcopy(lines)
    found[6], found[7] = found[7], found[6]
    found[6]["seq"], found[7]["seq"] = 7, 8
    return found


LOSSES = (
    (lambda lines: lines_without(lines, 0), 1),
    (lambda lines: lines_without(lines, 8), 9),
    (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], 6),
    (lambda lines: [*lines[:5], lines[4], *lines[5:]], 6),
    (renumbered, 7),
    (lambda lines: lines[:-9], None),
    (lambda lines: [], 1),
)


def test_lines_that_lack_or_moved_are_found(case):
    record = json.loads(case[-1])["record"]

    for harm, line in LOSSES:
        lines = harm(record["lines"])
        found = verifying.broken_at({**record, "lines": lines}, services.public_key())
        assert found == line if line else found > len(lines)


def test_a_seal_of_another_record_does_not_fit(case, ada):
    _check, _version, _people, content = case
    begin(ada)
    services.seal_records(by=THE_HOUSE)
    other = Seal.objects.order_by("pk").last()
    said = json.loads(content)
    foreign = {
        "check": other.check_of_id,
        "seq": other.seq,
        "hash": other.hash,
        "at": other.at.isoformat(),
        "signature": other.signature,
    }

    assert "broken" in sentences(changed(said, ("record", "seals", 0), foreign))


def test_the_key_of_another_house_proves_nothing(case, tmp_path):
    _check, _version, _people, content = case
    path = tmp_path / "key"
    sealing.make_key(path)
    other = sealing.public_part(sealing.own_key(path))
    said = json.loads(content)
    body = {name: value for name, value in said.items() if name != "seal"}
    signature = sealing.own_key(path).sign(canonical(body)).hex()
    forged = canonical(body | {"seal": {"public_key": other, "signature": signature}})

    assert "Another key signed the file" in sentences(content, key=other)
    assert "Another key signed the file" in sentences(forged)
    assert not holds(forged, key="")


@settings(max_examples=2000, deadline=None)
@given(place=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_whatever_bit_is_flipped_it_is_never_whole(place, bit):
    content, key = _kept_file()

    flipped = bytearray(content)
    flipped[place % len(content)] ^= 1 << bit

    assert not all(each.holds for each in verifying.check_file(bytes(flipped), public=key))
    assert not all(each.holds for each in verifying.check_file(bytes(flipped)))


@cache
def _kept_file():
    """A small record with a seal, and the key it was sealed with. No database is asked."""
    lines, previous = [], verifying.BEGINNING
    for seq in range(1, 6):
        line = {
            "check": 7, "seq": seq, "previous": previous, "actor": seq, "action": "answered",
            "at": f"2026-11-2{seq}T10:00:00+00:00", "thing": f"answer:{seq}", "facts": {"é": "ü"},
        }  # fmt: skip
        previous = sha256(line)
        lines.append({**line, "hash": previous})
    seal = {"check": 7, "seq": 4, "hash": lines[3]["hash"], "at": "2026-11-24T11:00:00+00:00"}
    _words, signature = sign(seal)
    record = {"check": 7, "lines": lines, "seals": [{**seal, "signature": signature}]}
    return sealed({"format": verifying.RECORD, "record": record}), services.public_key()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"%PDF-1.7", b"\xff\xfe",
        b'{"format":"media4sec.check.record"}',
        b"[" * 200_000, b'{"format":"media4sec.check.record","seal":{}}', b'{"a":NaN}',
        b'{"format":"media4sec.check.record","record":[],"seal":{"public_key":"x","signature":"y"}}',
        b'{"format":"media4sec.check.record","record":{"check":1,"lines":7,"seals":{}},'
        b'"seal":{"public_key":7,"signature":[]}}',
    ],
)  # fmt: skip
def test_what_is_no_file_of_ours_is_told_in_a_sentence(data):
    found = verifying.check_file(data)

    assert not all(each.holds for each in found)


# On the console


def run(*arguments):
    out = StringIO()
    call_command("verify", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def files(case, tmp_path, ada):
    """Documents of all formats, and the record that was taken after them."""
    check, version, _people, content = case
    (tmp_path / "data.json").write_bytes(content)
    for form in ("pdf", "html"):
        made = services.export(version, "partner", form, by=ada)
        (tmp_path / f"copy.{form}").write_bytes(made.content)
    (tmp_path / "record.json").write_bytes(exporting.record_file(check, by=ada))
    return tmp_path


def test_the_console_says_what_holds(files):
    key = services.public_key()

    assert "data.json holds." in run(files / "data.json", "--key", key)
    assert "record.json holds." in run(files / "record.json", "--key", key)
    for name in ("copy.pdf", "copy.html", "data.json"):
        said = run(files / name, "--record", files / "record.json", "--key", key)
        assert "of the record tells of this very file" in said


def test_the_console_ends_with_a_fault_when_a_byte_was_changed(files):
    for name in ("copy.pdf", "copy.html", "data.json", "record.json"):
        data = bytearray((files / name).read_bytes())
        data[len(data) // 2] ^= 1
        (files / "changed").write_bytes(data)

        with pytest.raises(CommandError, match="does not hold"):
            run(files / "changed", "--record", files / "record.json")


def test_a_record_that_was_changed_proves_nothing(files):
    said = json.loads((files / "record.json").read_bytes())
    said["record"]["lines"].pop(2)
    (files / "record.json").write_bytes(canonical(said))

    with pytest.raises(CommandError):
        run(files / "copy.pdf", "--record", files / "record.json")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("nowhere.json",), "is not there"), (("data.json", "--key", "abc"), "64 hexadecimal")],
)
def test_the_console_says_what_is_missing(files, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(files / arguments[0], *arguments[1:])


def test_the_console_asks_no_database(files, django_assert_num_queries):
    with django_assert_num_queries(0):
        run(files / "data.json")
        run(files / "copy.pdf", "--record", files / "record.json")
