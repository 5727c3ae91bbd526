"""The first administrator: without one nobody could confirm a group or suspend an account."""

import getpass
import sys
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from media4sec.kit.activity import record
from media4sec.kit.permissions import THE_HOUSE
from media4sec.members.models import Member
from media4sec.members.services import people


def administrator(
    email: str | None, name: str | None, password: str | None, password_file: str | None
) -> None:
    """Make the first administrator from options, or by asking. A second time changes nothing."""
    if Member.objects.filter(is_administrator=True).exists():
        print("This community has an administrator already.")
        return
    email = email or _ask("E-mail address of the first administrator: ")
    name = name or _ask("Name other members see: ")
    if password_file:
        password = Path(password_file).read_text("utf-8").splitlines()[0]
    member = make(email, name, password or _ask_password())
    print(f"{member.name} may sign in as {member.email}. Next: media4sec serve")


@transaction.atomic
def make(email: str, name: str, password: str) -> Member:
    """An administrator whose address counts as confirmed: who has the shell has the house."""
    email = email.strip().lower()
    validate_email(email)
    validate_password(password, Member(email=email, name=name))
    if Member.objects.filter(email__iexact=email).exists():
        raise ValidationError("Somebody with this address is a member already.")
    member = people.add_member(by=THE_HOUSE, email=email, password=password, name=name)
    member.is_administrator = True
    member.save(update_fields=["is_administrator"])
    record(THE_HOUSE, "appointed", member)
    return member


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise SystemExit("Nobody is here to ask. Give --email, --name and --password-file.")
    answer = ""
    while not answer:
        answer = input(question).strip()
    return answer


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise SystemExit("Nobody is here to ask. Give --password-file.")
    while True:
        password = getpass.getpass("Password (four words that do not belong together): ")
        try:
            validate_password(password)
        except ValidationError as reason:
            print(" ".join(reason.messages))
            continue
        if getpass.getpass("Once more: ") == password:
            return password
        print("The two differ.")
