"""What the documents say is what is there."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from media4sec.config import cli
from media4sec.config.env import Env, variable
from media4sec.kit.rooms import rooms

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """Tables of a document, by what stands in the first column."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first.strip(" `"): rest for first, *rest in lines}


def test_every_setting_is_documented_with_its_sentence_and_default():
    table = rows(read("docs/operate/settings.md"))
    table.pop("Variable"), table.pop("---")

    assert {name: cells[-1].strip() for name, cells in table.items()} == {
        variable(name): field.description for name, field in Env.model_fields.items()
    }
    for name, field in Env.model_fields.items():
        default = "./var" if name == "home" else str(field.default)
        shown = default.lower() if isinstance(field.default, bool) else default
        assert table[variable(name)][0].strip(" `") == shown


def test_no_document_speaks_of_a_setting_that_is_not_there():
    known = {variable(name) for name in Env.model_fields}
    files = [*DOCUMENTS, ROOT / "Makefile", *(ROOT / "deploy").iterdir()]
    named = {
        name
        for path in files
        for name in re.findall(
            r"\b(?:MEDIA4SEC_[A-Z_]*[A-Z]|DATABASE_URL)\b", path.read_text("utf-8")
        )
    }

    assert named <= known


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if app.startswith("media4sec")}
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

    assert {name for name in {*ours, *cli.COMMANDS} if f"media4sec {name}" not in text} == set()


def test_the_console_tells_of_each_of_its_commands():
    told = re.findall(r"^  ([a-z]+)  ", cli.HELP, re.MULTILINE)

    assert set(told) == {*cli.COMMANDS, "demo", "doctor"}


def test_make_explains_every_target_that_documents_name():
    makefile = read("Makefile")
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    named = set(re.findall(r"(?:`|^|PORT=\d+ )make ([a-z-]+)", text, re.MULTILINE))

    assert named <= explained


def test_every_room_is_on_the_map():
    map_of_the_house = read("ARCHITECTURE.md")

    assert [room.name for room in rooms() if f"│ {room.name} " not in map_of_the_house] == []


def test_every_model_is_in_the_glossary():
    glossary = {word.lower() for word in rows(read("GLOSSARY.md"))}
    names = {
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
        for model in apps.get_models()
        if model.__module__.startswith("media4sec.")
    }

    assert names - glossary == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path):
    targets = LINK.findall(path.read_text("utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_decision_is_listed_and_has_its_four_parts():
    folder = ROOT / "docs/decisions"
    decisions = sorted(folder.glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{4}-[^)]*)\)", (folder / "README.md").read_text("utf-8"))

    assert listed == [path.name for path in decisions]
    for path in decisions:
        text = path.read_text("utf-8")
        assert [part for part in PARTS if f"**{part}" not in text] == [], path.name


PARTS = ("Context.", "Decision.", "What follows.", "Look again")


def test_what_changed_is_written_down_for_this_version():
    version = re.search(r'^version = "([^"]+)"', read("pyproject.toml"), re.MULTILINE).group(1)

    assert f"\n## {version} · " in read("CHANGELOG.md")
