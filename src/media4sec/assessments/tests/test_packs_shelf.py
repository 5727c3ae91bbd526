"""Which packs are in force: what ships, what was published here, and what is left aside."""

from datetime import date

import pytest

from media4sec.assessments.packs import sealing, shelf
from media4sec.assessments.packs.reading import Broken, pack_from
from media4sec.assessments.packs.schema import canonical
from media4sec.assessments.tests.small import narrow

EU = "media4sec.eu-base"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    return settings.HOME / "packs"


def eu(version="0.2.0", **head):
    """The shipped EU rules under another version."""
    said = canonical(shelf.shipped()["eu-base"])
    said["pack"] |= {"version": version, "checked": date(2026, 11, 21), **head}
    return pack_from(said, where="eu")


def house(jurisdiction="EU", **parts):
    """A layer of an organisation: one rule."""
    rule = {"id": "ORG1", "when": {"activity": ["undercover"]}, "effects": [
        {"opinions": ["ethics"], "sources": ["ECHR.8"]}]}  # fmt: skip
    head = {"id": "test.house", "layer": "organisation", "jurisdiction": jurisdiction}
    return narrow(head=head, rules=[rule], **parts)


def publish(home, *packs):
    sealing.make_key(home / "signing.key")
    key = sealing.own_key(home / "signing.key")
    provisions = {**shelf.house_law(), **shelf.rulebook("DE").provisions}
    paths = [sealing.publish(pack, provisions, folder=home, key=key) for pack in packs]
    shelf.look_again()
    return paths[-1]


def withdraw(home, pack_id, version):
    key = sealing.own_key(home / "signing.key")
    sealing.withdraw(pack_id, version, folder=home, key=key, day=date(2026, 11, 22))


def version_of(pack_id):
    return shelf.look_again().packs[pack_id].pack.version


def names(country=""):
    return [head.id for head in shelf.rulebook(country).heads]


def test_without_published_packs_those_that_ship_count():
    assert {pack.name for pack in shelf.in_force().packs.values()} == {
        pack.name for pack in shelf.shipped().values()
    }
    assert shelf.in_force().published == frozenset()


def test_a_rulebook_says_its_packs_by_hash(home):
    before = shelf.stamps("DE")
    assert [each["id"] for each in before] == [*names("DE")]
    assert before == shelf.stamps_of(shelf.rulebook("DE"))

    publish(home, eu())
    assert shelf.stamps("DE")[0] != before[0]
    assert shelf.stamps("DE")[1] == before[1]
    assert {pack.pack.jurisdiction for pack in shelf.countries()} == {"DE", "ES", "FR", "GB"}


def test_a_published_version_takes_the_place_of_the_shipped_one_and_of_older_ones(home):
    publish(home, eu("0.1.0", status="published", reviewer="A lawyer"))
    assert shelf.rulebook().heads[0].reviewer == "A lawyer"

    publish(home, eu("0.10.0"), eu("0.9.0"))
    assert version_of(EU) == "0.10.0"
    assert shelf.in_force().published == {EU}

    withdraw(home, EU, "0.10.0")
    assert version_of(EU) == "0.9.0"


def test_an_older_version_than_the_shipped_one_is_kept_and_does_not_count(home):
    publish(home, eu("0.0.9"))

    assert version_of(EU) == "0.1.0"
    assert shelf.in_force().published == frozenset()


def test_a_layer_of_the_house_holds_everywhere_or_in_its_country(home):
    publish(home, house())
    assert names()[-1] == names("DE")[-1] == "test.house"

    withdraw(home, "test.house", "1.0.0")
    german = house("DE").model_copy(
        update={"pack": house("DE").pack.model_copy(update={"version": "2.0.0"})}
    )
    publish(home, german)

    assert names("DE")[-1] == "test.house"
    assert "test.house" not in [*names(), *names("FR")]
    assert shelf.book_of(german) is shelf.rulebook("DE")


def test_a_file_with_another_byte_is_told_and_the_last_good_one_stays(home):
    path = publish(home, eu())
    path.write_bytes(path.read_bytes().replace(b"undercover", b"undercoveR", 1))

    assert version_of(EU) == "0.2.0"
    assert shelf.in_force().faults == (
        f"{path.name}: it was changed after it was published. Publish it again.",
    )
    shelf._held = None  # another process, which never saw the good one
    assert version_of(EU) == "0.1.0"
    assert len(shelf.in_force().faults) == 1


@pytest.mark.parametrize("words", [b"", b"{}", b"[]", b'{"seal": 1}', b"\xff"])
def test_what_is_no_pack_is_left_aside(home, words):
    publish(home, house())
    (home / "x-1.0.0.json").write_bytes(words)

    assert "test.house" in shelf.look_again().packs
    assert shelf.in_force().faults == ("x-1.0.0.json: this is not a published pack.",)


def test_a_withdrawn_file_under_another_name_does_not_come_back(home):
    path = publish(home, eu())
    withdraw(home, EU, "0.2.0")
    (home / f"{EU}-0.3.0.json").write_bytes(path.read_bytes())

    assert version_of(EU) == "0.1.0"
    assert "Give the file its own name back." in shelf.in_force().faults[0]


def test_a_note_that_is_not_ours_withdraws_nothing(home):
    path = publish(home, eu())
    publish(home, house())
    withdraw(home, "test.house", "1.0.0")
    note = home / "test.house-1.0.0.withdrawn"
    path.with_suffix(".withdrawn").write_bytes(note.read_bytes())

    assert version_of(EU) == "0.2.0"
    assert "this is the note of another pack" in shelf.in_force().faults[0]


def test_a_note_without_a_pack_is_no_pack(home):
    publish(home, house())
    withdraw(home, "test.house", "1.0.0")
    (home / "note-1.0.0.json").write_bytes((home / "test.house-1.0.0.withdrawn").read_bytes())

    assert shelf.look_again().faults == ("note-1.0.0.json: this is not a published pack.",)


def test_what_was_withdrawn_stays_so(home):
    publish(home, house())
    with pytest.raises(Broken, match="was not published here"):
        withdraw(home, "test.house", "3.0.0")
    withdraw(home, "test.house", "1.0.0")

    with pytest.raises(Broken, match="was withdrawn before"):
        withdraw(home, "test.house", "1.0.0")
    with pytest.raises(Broken, match="Give the pack a new version"):
        publish(home, house())
    assert (home / "test.house-1.0.0.json").exists()


def test_packs_that_do_not_fit_together_leave_out_as_few_as_possible(home):
    softer = narrow(
        head={"id": "test.nl"},
        expiry={"covert": 700},
    )
    publish(home, softer, eu(), house())

    assert "test.nl" not in shelf.look_again().packs
    assert version_of(EU) == "0.2.0"
    assert "test.house" in shelf.in_force().packs
    [fault] = shelf.in_force().faults
    assert fault.startswith("test.nl 1.0.0 is not in force, for it does not fit.")
    assert "expiry.covert" in fault


def test_without_the_key_published_packs_are_left_aside(home):
    publish(home, eu())
    (home / "signing.key").unlink()
    shelf._held = None

    assert version_of(EU) == "0.1.0"
    assert "there is no key" in shelf.in_force().faults[0]


def test_the_folder_is_looked_into_every_few_seconds_at_most(home, monkeypatch):
    publish(home, house())
    seen = shelf.in_force()
    monkeypatch.setattr(shelf, "_listing", lambda where: pytest.fail("it looked"))

    assert shelf.in_force() is seen


def test_nothing_is_read_again_as_long_as_nothing_changed(home):
    publish(home, house())

    assert shelf.look_again() is shelf.look_again()
    assert shelf.rulebook() is shelf.rulebook()


def test_while_one_thread_reads_the_others_go_on_with_what_they_have(home):
    before = shelf.in_force()
    publish(home, house())
    shelf._held = before
    with shelf._lock:
        assert shelf.look_again() is before

    assert shelf.look_again() is not before


def test_who_waited_for_the_lock_does_not_read_twice(home):
    publish(home, house())

    assert shelf._read(home) is shelf.in_force()
