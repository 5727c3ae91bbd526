"""``media4sec packs``: what people of the law and operators see."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from media4sec.assessments.packs.shelf import FOLDER
from media4sec.assessments.tests.small import WIDE


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    return settings.HOME


@pytest.fixture
def country(tmp_path):
    """A layer above the shipped rules, as its author keeps it."""
    folder = tmp_path / "xx"
    folder.mkdir()

    def write(more="", version="1.0.0", status="draft"):
        (folder / "pack.yaml").write_text(
            f"pack: {{id: test.xx, version: {version}, layer: national, jurisdiction: XX, "
            f"title: Elsewhere, checked: 2026-11-21, status: {status}}}\n"
            "rules:\n- id: XX1\n  when: {activity: [undercover]}\n"
            f"  effects: [{{authorisations: [AU.JUD], sources: [ECHR.8]}}]\n{more}"
        )
        return folder

    write()
    return write


def packs(*arguments) -> str:
    out = StringIO()
    call_command("packs", *map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(*arguments) -> str:
    with pytest.raises(CommandError) as refused:
        packs(*arguments)
    return str(refused.value)


def test_every_pack_that_ships_holds_together():
    shipped = [path.name for path in FOLDER.iterdir() if path.is_dir()]
    told = packs("check").splitlines()

    assert len(told) == len(shipped)
    assert all("holds together" in line for line in told)


def test_a_folder_is_checked_with_the_layers_above_it(country):
    assert packs("check", country()) == "test.xx 1.0.0: holds together (0 questions, 1 rules)\n"
    said = refusal(
        "check", country("- id: X01\n  when: {residual: low}\n  effects: [{sources: [LED.4]}]\n")
    )

    assert said == "test.xx 1.0.0, rules.X01: it is inherited. Add a rule under another name."
    assert "is not a folder" in refusal("check", "/nowhere")


def test_a_draft_is_published_only_with_the_name_of_who_read_it(country, home):
    assert "is a draft. When a lawyer has read it, say who" in refusal("publish", country())
    assert not (home / "packs").exists()

    said = packs("publish", country(), "--reviewer", "A lawyer, Ministry")
    path = home / "packs" / "test.xx-1.0.0.json"

    assert f"is published: {path}" in said
    assert packs("verify", path) == (
        "test.xx 1.0.0 is as it was signed. Read as a lawyer: A lawyer, Ministry\n"
    )
    public = said.partition("public key: ")[2].strip()
    assert packs("verify", path, "--key", public) == packs("verify", path)
    assert "another key signed it" in refusal("verify", path, "--key", "00" * 32)


def test_a_pack_that_names_its_reviewer_needs_no_other(country):
    folder = country(status="published, reviewer: A lawyer")

    assert "is published" in packs("publish", folder)
    assert "is withdrawn" in refusal("publish", country(status="withdrawn"))


def test_a_published_version_stays_and_a_new_one_is_compared_with_it(country, home):
    packs("publish", country(), "--reviewer", "A lawyer")
    more = "- id: XX2\n  when: {residual: high}\n  effects: [{note: Wait, sources: [LED.28]}]\n"
    published = home / "packs" / "test.xx-1.0.0.json"

    assert "Give the pack a new version." in refusal(
        "publish", country(more), "--reviewer", "A lawyer"
    )
    assert packs("diff", published, country(more, "1.1.0")) == (
        "new        rules.XX2\nstricter   rules.XX2\nNothing is softened.\n"
    )
    assert packs("diff", country(), country()) == "Nothing changed.\n"


def test_what_softens_ends_with_a_fault(country, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    (old / "pack.yaml").write_text(WIDE)
    new = tmp_path / "new"
    new.mkdir()
    (new / "pack.yaml").write_text(WIDE.replace("R.A: [4, 3]", "R.A: [3, 3]"))

    assert "1 places are softened" in refusal("diff", old, new)


def test_files_that_are_not_there_or_not_ours_are_told(tmp_path):
    assert "is not there. Name a published file" in refusal("verify", tmp_path / "x.json")
    (tmp_path / "x.json").write_text("{}")
    assert "nothing was published here yet" in refusal("verify", tmp_path / "x.json")
