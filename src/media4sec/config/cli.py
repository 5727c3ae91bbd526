"""The console command ``media4sec``: what operators need, and every Django command."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

HELP = """\
media4sec <command> [options]

  init      make the data folder, the secret, the database and the first administrator
  upgrade   after installing a new version: style sheets, database, shipped content
  serve     web server and worker together   (--host 127.0.0.1 --port 8000)
  worker    only the worker: mail, search, house-keeping
  demo      furnish an empty community with people and talk, to look around in
  doctor    is everything well? In sentences, with what to do

Every Django command works too: media4sec help. Settings are MEDIA4SEC_* variables, or
lines in media4sec.env in the data folder (MEDIA4SEC_HOME, now {home})."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what goes wrong ends as a sentence, not as a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help"}:
        print(HELP.format(home=os.environ.get("MEDIA4SEC_HOME", "./var")))
        return
    name, *options = given
    try:
        if name in COMMANDS:
            COMMANDS[name](options)
        else:
            _django(given)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        sentence = _in_words(error)
        if sentence is None:
            raise
        raise SystemExit(f"media4sec: {sentence}") from error


def _in_words(error: Exception) -> str | None:
    """The sentence for a trouble that an operator can mend; None for our own faults."""
    from django.core.exceptions import ImproperlyConfigured, ValidationError
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, DatabaseError):
        return f"the database does not work: {error}\nIs it new? Run: media4sec upgrade"
    if isinstance(error, ImproperlyConfigured | CommandError | OSError):
        return str(error)
    return None


def _django(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["media4sec", *arguments])


def _set_up() -> None:
    import django

    django.setup()


def _init(options: list[str]) -> None:
    parser = argparse.ArgumentParser("media4sec init")
    parser.add_argument("--email", help="address of the first administrator")
    parser.add_argument("--name", help="the name other members see")
    parser.add_argument("--password", help="better asked for, or in a file")
    parser.add_argument("--password-file", help="file whose first line is the password")
    asked = parser.parse_args(options)
    _set_up()
    from media4sec.config import first, upgrade

    upgrade.upgrade()
    first.administrator(asked.email, asked.name, asked.password, asked.password_file)


def _upgrade(options: list[str]) -> None:
    argparse.ArgumentParser("media4sec upgrade").parse_args(options)
    _set_up()
    from media4sec.config import upgrade

    upgrade.upgrade()


def _serve(options: list[str]) -> None:
    parser = argparse.ArgumentParser("media4sec serve")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    asked = parser.parse_args(options)
    from media4sec.config import serve

    serve.serve(asked.host, asked.port, with_worker=not asked.no_worker)


def _worker(options: list[str]) -> None:
    parser = argparse.ArgumentParser("media4sec worker")
    parser.add_argument("--parent", type=int, help="end when this process has gone")
    asked = parser.parse_args(options)
    _set_up()
    from media4sec.config import worker

    worker.work(parent=asked.parent)


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "init": _init,
    "upgrade": _upgrade,
    "serve": _serve,
    "worker": _worker,
}

if __name__ == "__main__":
    main()
