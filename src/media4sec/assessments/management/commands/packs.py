"""Rule packs on the console: check, compare, publish, take out of force, prove."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from media4sec.assessments.models import Release
from media4sec.assessments.packs import sealing, shelf
from media4sec.assessments.packs.comparing import Change, compare
from media4sec.assessments.packs.layering import Rulebook, stack
from media4sec.assessments.packs.reading import Broken, read_pack
from media4sec.assessments.packs.schema import Pack
from media4sec.kit.clock import now


class Command(BaseCommand):
    """What is wrong is said in sentences, and ends with code 1."""

    help = "Check, compare, publish, withdraw and prove the rule packs of ethics checks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="does a pack hold together, with those above it?")
        check.add_argument("folder", nargs="?", type=Path, help="without it: all that ship")
        diff = verbs.add_parser("diff", help="what changed; ends with 1 when something softened")
        diff.add_argument("old", type=Path, help="a folder, or a published .json")
        diff.add_argument("new", type=Path, help="a folder, or a published .json")
        publish = verbs.add_parser("publish", help="seal a pack and put it in force")
        publish.add_argument("folder", type=Path)
        publish.add_argument("--reviewer", default="", help="who read a draft as a lawyer")
        verbs.add_parser("list", help="which packs are in force, and since when")
        withdraw = verbs.add_parser("withdraw", help="take a published version out of force")
        withdraw.add_argument("id")
        withdraw.add_argument("version")
        verify = verbs.add_parser("verify", help="is a published file as it was signed?")
        verify.add_argument("file", type=Path)
        verify.add_argument("--key", default="", help="the public key of another site")

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "check": self._check,
            "diff": self._diff,
            "publish": self._publish,
            "list": self._list,
            "withdraw": self._withdraw,
            "verify": self._verify,
        }
        try:
            verbs[verb](**{name: options[name] for name in _TAKES[verb]})
        except Broken as reason:
            raise CommandError("\n".join(reason.sentences)) from reason

    def _check(self, folder: Path | None) -> None:
        packs = [_read(folder)] if folder else list(shelf.shipped().values())
        for pack in packs:
            _book(pack)
            questions, rules = len(pack.questions), len(pack.rules)
            self.stdout.write(f"{pack.name}: holds together ({questions} questions, {rules} rules)")

    def _diff(self, old: Path, new: Path) -> None:
        changes = compare(self._any(old), self._any(new))
        for change, place in changes:
            self.stdout.write(f"{change:<10} {place}")
        softened = sum(change == Change.SOFTENED for change, _place in changes)
        if softened:
            raise CommandError(
                f"{softened} places are softened, or changed in a way that nobody can be sure of. "
                "Give the pack a new major version, and say why in “changes”."
            )
        self.stdout.write("Nothing is softened." if changes else "Nothing changed.")

    def _publish(self, folder: Path, reviewer: str) -> None:
        pack = _signed_off(_read(folder), reviewer.strip())
        provisions = _book(pack).provisions
        # All that is in force has to fit with it before it is.
        there = shelf.look_again().packs
        shelf.fit({**there, **shelf.newest(there, [pack])})
        sealing.make_key(self._key_path)
        key = sealing.own_key(self._key_path)
        path = sealing.publish(pack, provisions, folder=self._folder, key=key)
        self.stdout.write(f"{pack.name} is published: {path}")
        self.stdout.write(self._counts(pack.pack.id))
        self.stdout.write(f"public key: {sealing.public_part(key)}")

    def _list(self) -> None:
        held = shelf.look_again()
        since = _since()
        for key, pack in sorted(held.packs.items(), key=lambda each: each[1].pack.layer.depth):
            how = "published here" if key in held.published else "ships with the software"
            read = pack.pack.reviewer or "not read by a lawyer yet"
            day = since.get((key, pack.pack.version), "the next round of the worker")
            self.stdout.write(f"{pack.name}: in force since {day}; {how}; {read}")
        for line in self._out_of_force():
            self.stdout.write(line)
        if held.faults:
            raise CommandError("\n".join(held.faults))

    def _out_of_force(self) -> Iterator[str]:
        """Published files that do not count, and why."""
        held = shelf.in_force()
        for path in sorted(self._folder.glob("*.json")):
            pack = held.files.get(path.name)
            if pack is None:
                day = sealing.withdrawn_on(path, public=self._public)
                yield f"{path.stem}: withdrawn on {day}" if day else f"{path.stem}: left aside"
            elif (counts := held.packs.get(pack.pack.id)) and counts.name != pack.name:
                yield f"{pack.name}: not in force, for {counts.name} is"

    def _withdraw(self, id: str, version: str) -> None:
        key = sealing.own_key(self._key_path)
        there = {
            name: pack
            for name, pack in shelf.look_again().files.items()
            if (pack.pack.id, pack.pack.version) != (id, version)
        }
        # What is left has to fit together, too.
        packs = {pack.pack.id: pack for pack in shelf.shipped().values()}
        shelf.fit({**packs, **shelf.newest(packs, there.values())})
        sealing.withdraw(id, version, folder=self._folder, key=key, day=now().date())
        self.stdout.write(f"{id} {version} is withdrawn. The file stays.")
        self.stdout.write(self._counts(id))

    def _counts(self, pack_id: str) -> str:
        """Which version of a pack counts from now on."""
        counts = shelf.look_again().packs.get(pack_id)
        return f"in force: {counts.name}" if counts else f"in force: no {pack_id}"

    def _verify(self, file: Path, key: str) -> None:
        sealed = _bytes(file)
        pack = sealing.opened(sealed, public=key or self._public, where=file.name)
        self.stdout.write(
            f"{pack.name} is as it was signed. Read as a lawyer: {pack.pack.reviewer}"
        )

    def _any(self, path: Path) -> Pack:
        if path.suffix != ".json":
            return _read(path)
        sealed = _bytes(path)
        return sealing.opened(sealed, public=self._public, where=path.name)

    @property
    def _public(self) -> str:
        return sealing.public_part(sealing.own_key(self._key_path))

    @property
    def _folder(self) -> Path:
        return shelf.folder()

    @property
    def _key_path(self) -> Path:
        return self._folder / "signing.key"


_TAKES = {
    "check": ["folder"],
    "diff": ["old", "new"],
    "publish": ["folder", "reviewer"],
    "list": [],
    "withdraw": ["id", "version"],
    "verify": ["file", "key"],
}


def _read(folder: Path) -> Pack:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder. Name the folder with the .yaml files.")
    return read_pack(folder)


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise CommandError(f"{file} is not there. Name a published file, which ends with .json.")
    return file.read_bytes()


def _book(pack: Pack) -> Rulebook:
    """The pack with the layers above it that are in force."""
    wider = [
        each
        for each in shelf.in_force().packs.values()
        if each.pack.layer.depth < pack.pack.layer.depth
    ]
    # Of countries there is one at most: that of the pack.
    code = pack.pack.jurisdiction
    above = [each for each in wider if each.pack.jurisdiction in {*shelf.EVERYWHERE, code}]
    return stack([*above, pack], house=shelf.house_law())


def _since() -> dict[tuple[str, str], str]:
    """Pack and version → the day it came into force, as far as the worker has noted it."""
    try:
        noted = list(Release.objects.filter(until=None))
    except DatabaseError:  # the site is not set up yet
        return {}
    return {(each.pack, each.number): f"{each.since:%Y-%m-%d %H:%M} UTC" for each in noted}


def _signed_off(pack: Pack, reviewer: str) -> Pack:
    """As it is published: with the name of who read it as a lawyer."""
    if pack.pack.status == "withdrawn":
        raise CommandError(f"{pack.name} is withdrawn. Publish a newer version instead.")
    reviewer = reviewer or (pack.pack.reviewer if pack.pack.status == "published" else "")
    if not reviewer:
        raise CommandError(
            f"{pack.name} is a draft. When a lawyer has read it, say who: "
            f'media4sec packs publish FOLDER --reviewer "Name, office"'
        )
    head = pack.pack.model_copy(update={"status": "published", "reviewer": reviewer})
    return pack.model_copy(update={"pack": head})
