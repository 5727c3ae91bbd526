"""What is published is sealed: whoever changes a byte is found out."""

import hashlib
import json
import stat
from datetime import date

import pytest

from media4sec.assessments.packs import sealing
from media4sec.assessments.packs.reading import Broken, pack_from_json
from media4sec.assessments.tests.small import HOUSE, wide, wide_data


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "home" / "signing.key"
    sealing.make_key(path)
    return sealing.own_key(path)


@pytest.fixture
def publish(tmp_path, key):
    return lambda pack: sealing.publish(pack, HOUSE, folder=tmp_path / "packs", key=key)


def refusal(sealed: bytes, public: str) -> str:
    with pytest.raises(Broken) as refused:
        sealing.opened(sealed, public=public, where="a.json")
    return str(refused.value)


def test_a_published_pack_is_read_again_as_it_was(publish, key):
    path = publish(wide())

    assert path.name == "test.wide-1.0.0.json"
    again = sealing.opened(path.read_bytes(), public=sealing.public_part(key), where=path.name)
    assert again == wide()


def test_the_hash_is_of_canonical_words_with_every_source(publish):
    said = json.loads(publish(wide()).read_bytes())
    seal = said.pop("seal")
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    assert seal["sha256"] == hashlib.sha256(words).hexdigest()
    assert words == sealing.words_of(wide(), HOUSE)
    assert {*said["provisions"]} == {"LAW.1", "LAW.2", "NEW.1", "OLD.1"}
    assert said["provisions"]["NEW.1"]["first"] == "2027-12-02"
    assert "." not in "".join(str(number) for number in numbers_in(said))


def numbers_in(said):
    if isinstance(said, dict):
        return [n for value in said.values() for n in numbers_in(value)]
    if isinstance(said, list):
        return [n for value in said for n in numbers_in(value)]
    return [said] if isinstance(said, int | float) else []


def test_another_meaning_of_a_source_is_another_hash():
    other = HOUSE | {"LAW.1": sealing.Provision("LAW.1", "Law, Article 1", "look first")}

    assert sealing.words_of(wide(), other) != sealing.words_of(wide(), HOUSE)


def test_a_changed_byte_another_key_or_nonsense_is_refused(publish, key, tmp_path):
    sealed, public = publish(wide()).read_bytes(), sealing.public_part(key)
    sealing.make_key(tmp_path / "other.key")
    other = sealing.public_part(sealing.own_key(tmp_path / "other.key"))
    changed = "a.json: it was changed after it was published. Publish it again."

    assert refusal(sealed.replace(b"Never do this", b"Rarely do it!"), public) == changed
    assert refusal(sealed, other) == "a.json: another key signed it."
    for nonsense in (b"", b"[]", b"{}", b'{"seal": 1}', b'{"seal": {"signature": "xyz"}}'):
        assert refusal(nonsense, public) == "a.json: this is not a published pack."


def test_a_right_hash_with_a_forged_signature_is_refused(publish, key):
    said = json.loads(publish(wide()).read_bytes())
    said["pack"]["pack"]["title"] = "Mine"
    words = {name: value for name, value in said.items() if name != "seal"}
    said["seal"]["sha256"] = sealing.hash_of(sealing._bytes(words))

    assert "it was changed" in refusal(json.dumps(said).encode(), sealing.public_part(key))


def test_a_key_that_is_no_key_proves_nothing(publish):
    said = json.loads(publish(wide()).read_bytes())
    said["seal"]["public_key"] = "zz"

    assert "it was changed" in refusal(json.dumps(said).encode(), "zz")


def test_a_sealed_pack_of_another_shape_is_refused_with_its_place():
    with pytest.raises(Broken, match="a, pack: Field required"):
        pack_from_json("{}", where="a")


def test_what_is_published_stays(publish, key):
    first = publish(wide())
    before = first.read_bytes()

    assert publish(wide()).read_bytes() == before
    with pytest.raises(Broken, match="published with other words"):
        publish(wide(sections={"s1": "One", "s2": "Two", "s3": "Three"}))
    assert first.read_bytes() == before
    assert publish(wide(pack=wide_data()["pack"] | {"version": "1.0.1"})) != first


def test_a_published_file_that_was_changed_is_not_taken_for_published(publish):
    path = publish(wide())
    path.write_bytes(path.read_bytes().replace(b"Never do this", b"Rarely do it!"))

    with pytest.raises(Broken, match="it was changed after it was published"):
        publish(wide())


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "new" / "signing.key"
    with pytest.raises(Broken, match="there is no key"):
        sealing.own_key(path)

    sealing.make_key(path)
    first = sealing.public_part(sealing.own_key(path))
    sealing.make_key(path)

    assert sealing.public_part(sealing.own_key(path)) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("nonsense")
    with pytest.raises(Broken, match="not a key of ours"):
        sealing.own_key(path)


def test_days_are_written_as_days():
    source = {"OWN": {"place": "Article 9", "says": "more", "from": date(2026, 1, 2)}}
    words = sealing.words_of(wide(sources=source), HOUSE)

    assert b'"from":"2026-01-02"' in words
