"""Reading the files of a pack: small, without tags, anchors and doubled keys."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from media4sec.assessments.packs.schema import Pack

#: A pack is a few of these files; nobody writes a longer one by hand.
MOST_BYTES = 500_000
MOST_FILES = 20


class Broken(ValueError):  # noqa: N818 - reads as what it is: a broken pack
    """A pack that cannot be used: every sentence says where and what."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class _Plain(yaml.SafeLoader):
    """YAML without what makes it dangerous or surprising."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):  # an anchor, or what points at one
            line = event.start_mark.line + 1
            raise Broken(f"line {line}: anchors and aliases are not allowed. Write it out.")
        if getattr(event, "tag", None):
            raise Broken(f"line {event.start_mark.line + 1}: tags are not allowed.")
        return super().compose_node(parent, index)  # type: ignore[no-untyped-call]

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        names = [self.construct_object(key, deep=True) for key, _value in node.value]
        for name in names:
            if not isinstance(name, str):
                line = node.start_mark.line + 1
                raise Broken(f"line {line}: the name {name!r} is not text. Put it in quotes.")
        if len(names) != len(set(names)):
            twice = next(name for name in names if names.count(name) > 1)
            raise Broken(f"line {node.start_mark.line + 1}: {twice} stands here twice.")
        made: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return made


def plain_yaml(text: str, *, where: str) -> dict[str, Any]:
    """The mapping that a YAML text says. Raises Broken with the file and the line."""
    try:
        made = yaml.load(text, _Plain)  # noqa: S506 - a safe loader, made stricter
    except Broken as reason:
        raise Broken(*(f"{where}, {each}" for each in reason.sentences)) from None
    except yaml.YAMLError as reason:
        mark = getattr(reason, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        what = getattr(reason, "problem", None) or "this is not YAML"
        raise Broken(f"{where}{line}: {what}.") from None
    except ValueError as reason:  # a day or a number that cannot be
        raise Broken(f"{where}: {reason}.") from None
    except RecursionError:
        raise Broken(f"{where}: it is nested too deeply.") from None
    if not isinstance(made, dict):
        raise Broken(f"{where}: the file is not a list of names with what they mean.")
    return made


def pack_from(data: dict[str, Any], *, where: str) -> Pack:
    """A pack of its plain data. Raises Broken with every place that does not fit."""
    return _read(lambda: Pack.model_validate(data), where)


def pack_from_json(text: str, *, where: str) -> Pack:
    """A pack of the JSON it was published in."""
    return _read(lambda: Pack.model_validate_json(text), where)


def _read(read: Callable[[], Pack], where: str) -> Pack:
    try:
        return read()
    except ValidationError as reason:
        errors = reason.errors()
        # A list whose only item is broken also counts as empty: the item is told, not the list.
        inner = {each["loc"][:depth] for each in errors for depth in range(len(each["loc"]))}
        told = [each for each in errors if each["loc"] not in inner]
        raise Broken(*(_sentence(each, where) for each in told)) from None


def _sentence(error: Any, where: str) -> str:
    place = ".".join(str(part) for part in error["loc"])
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        said = "this is not known here. Look how it is spelled; nothing inherited can be removed"
    elif error["type"] == "string_type":  # yes, no, numbers and days are not
        said = "this is not text. Put it in quotes"
    return f"{where}, {place}: {said}."


def read_pack(folder: Path) -> Pack:
    """A pack of the YAML files of a folder, each with other parts of it."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise Broken(f"{folder.name}: no .yaml files are there.")
    if len(files) > MOST_FILES:
        raise Broken(f"{folder.name}: more than {MOST_FILES} files.")
    whole: dict[str, Any] = {}
    for path in files:
        part = plain_yaml(_text(path), where=f"{folder.name}/{path.name}")
        for name in sorted(part.keys() & whole.keys()):
            raise Broken(f"{folder.name}/{path.name}: {name} stands in another file, too.")
        whole |= part
    return pack_from(whole, where=folder.name)


def _text(path: Path) -> str:
    where = f"{path.parent.name}/{path.name}"
    if path.stat().st_size > MOST_BYTES:
        raise Broken(f"{where}: the file is longer than {MOST_BYTES:,} bytes.")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Broken(f"{where}: the file is not in UTF-8. Save it so.") from None
