"""Rule packs on the console: check, compare, publish, prove."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from media4sec.assessments.packs import sealing, shelf
from media4sec.assessments.packs.comparing import Change, compare
from media4sec.assessments.packs.layering import Rulebook, stack
from media4sec.assessments.packs.reading import Broken, read_pack
from media4sec.assessments.packs.schema import Pack


class Command(BaseCommand):
    """What is wrong is said in sentences, and ends with code 1."""

    help = "Check, compare, publish and prove the rule packs of ethics checks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="does a pack hold together, with those above it?")
        check.add_argument("folder", nargs="?", type=Path, help="without it: all that ship")
        diff = verbs.add_parser("diff", help="what changed; ends with 1 when something softened")
        diff.add_argument("old", type=Path, help="a folder, or a published .json")
        diff.add_argument("new", type=Path, help="a folder, or a published .json")
        publish = verbs.add_parser("publish", help="seal a pack with a hash and a signature")
        publish.add_argument("folder", type=Path)
        publish.add_argument("--reviewer", default="", help="who read a draft as a lawyer")
        verify = verbs.add_parser("verify", help="is a published file as it was signed?")
        verify.add_argument("file", type=Path)
        verify.add_argument("--key", default="", help="the public key of another site")

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "check": self._check,
            "diff": self._diff,
            "publish": self._publish,
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
        sealing.make_key(self._key_path)
        key = sealing.own_key(self._key_path)
        path = sealing.publish(pack, provisions, folder=self._folder, key=key)
        self.stdout.write(f"{pack.name} is published: {path}")
        self.stdout.write(f"public key: {sealing.public_part(key)}")

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
        return Path(settings.HOME) / "packs"

    @property
    def _key_path(self) -> Path:
        return self._folder / "signing.key"


_TAKES = {
    "check": ["folder"],
    "diff": ["old", "new"],
    "publish": ["folder", "reviewer"],
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
    """The pack with the shipped layers above it."""
    wider = [
        each for each in shelf.shipped().values() if each.pack.layer.depth < pack.pack.layer.depth
    ]
    # Of countries there is one at most: that of the pack.
    above = [
        each for each in wider if each.pack.jurisdiction in {"EU", "COE", pack.pack.jurisdiction}
    ]
    return stack([*above, pack], house=shelf.house_law())


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
