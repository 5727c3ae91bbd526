"""Every setting an operator may turn: its name, default and a sentence.

Read from the environment and from ``<home>/media4sec.env``. A value that makes
no sense stops the start with the reason; so does a name that we do not know.
"""

import difflib
import os
import re
import secrets
import sys
import zoneinfo
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MEDIA4SEC_"
HOME = Path(os.environ.get("MEDIA4SEC_HOME") or "var").absolute()
_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


class Env(BaseSettings):
    """The operator's choices. Each is the variable MEDIA4SEC_<NAME>, except DATABASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        # Tests must not depend on what a developer keeps there.
        env_file=None if "pytest" in sys.modules else HOME / "media4sec.env",
        env_ignore_empty=True,
        extra="ignore",
    )

    home: Path = Field(HOME, description="Folder of all data: database, uploads, mail, secret.")
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="SQLite in the home folder when empty, or postgres://user:password@host/name.",
    )
    url: str = Field(
        "http://127.0.0.1:8000",
        description="The address people type; links in mail start with it. https in earnest.",
    )
    hosts: str = Field("", description="More host names to answer to, separated by commas.")
    name: str = Field("MEDI@4SEC Community", description="What this site is called in mail.")
    secret: str = Field("", description="Signs sessions; made in <home>/secret when empty.")
    mail_url: str = Field(
        "file:", description="smtp://user:password@host:587, smtps://…:465, or file: (.eml files)."
    )
    mail_from: str = Field(
        "MEDI@4SEC Community <community@localhost>", description="Sender of all mail."
    )
    mail_return: str = Field(
        "",
        description="Mailbox for letters that come back, if its server takes name+mark@host too.",
    )
    contact: str = Field("community@localhost", description="Where people reach the operators.")
    signup: Literal["open", "invited"] = Field(
        "open", description="Who may join: open, or invited (with an invitation to a circle)."
    )
    guest_replies: Literal["first", "all", "off"] = Field(
        "first",
        description="Guest replies: the first of an address waits for a moderator, or all, or off.",
    )
    language: Literal["en"] = Field("en", description="Language of the interface.")
    time_zone: str = Field("Europe/Brussels", description="Time zone of dates on pages.")
    upload_mb: int = Field(10, ge=1, le=100, description="Largest picture or PDF, in megabytes.")
    workers: int = Field(1, ge=1, le=64, description="Web processes.")
    threads: int = Field(2, ge=1, le=64, description="Threads in each web process.")
    rate_limits: bool = Field(True, description="Slow down who asks or tries too often.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front, whose X-Forwarded-For we believe."
    )
    federation: Literal["auto", "on", "off", "home"] = Field(
        "auto",
        description="Speak with the fediverse: auto (when the address is https), on, off, "
        "or home (also with this computer, for developers).",
    )
    page_cache: int = Field(
        60,
        ge=0,
        le=3600,
        description="Seconds a page for strangers may be kept, unless it changes.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the log says."
    )
    debug: bool = Field(False, description="Developer's error pages. Never in earnest.")

    @field_validator("database_url")
    @classmethod
    def _is_a_database_we_know(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError("must start with sqlite:/// or postgres://")
        _check_port(url)
        return url

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://community.example.org")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must end after the host name: the community needs a host of its own")
        _check_port(url)
        return url.rstrip("/")

    @field_validator("hosts")
    @classmethod
    def _are_host_names(cls, hosts: str) -> str:
        names = [name.strip() for name in hosts.split(",") if name.strip()]
        for name in names:
            if not _HOST.fullmatch(name):
                raise ValueError(f"{name} is no host name; write one.example.org,two.example.org")
        return ",".join(names)

    @field_validator("secret")
    @classmethod
    def _is_hard_to_guess(cls, secret: str) -> str:
        if secret and len(secret) < 32:
            raise ValueError("must have 32 characters or more; leave it empty and one is made")
        return secret

    @field_validator("mail_return")
    @classmethod
    def _is_a_mailbox(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^@\s<>+]+@[^@\s<>]+", address):
            raise ValueError("must be a bare address such as bounces@community.example.org")
        return address

    @field_validator("mail_url")
    @classmethod
    def _is_a_mail_server(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps", "file"}:
            raise ValueError("must start with smtp://, smtps:// or file:")
        if parts.scheme != "file" and not parts.hostname:
            raise ValueError("needs the name of the mail server after the two slashes")
        _check_port(url)
        return url

    @field_validator("mail_from", "contact")
    @classmethod
    def _holds_an_address(cls, address: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(address)[1]):
            raise ValueError("must hold an address such as community@example.org")
        return address

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        if name not in zoneinfo.available_timezones():
            raise ValueError(f"{name} is no time zone; write one such as Europe/Brussels")
        return name

    @model_validator(mode="after")
    def _fill_in(self) -> "Env":
        self.home = self.home.absolute()
        self.database_url = self.database_url or f"sqlite:///{self.home / 'community.sqlite3'}"
        self.secret = self.secret or _kept_secret(self.home)
        return self


def _check_port(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise ValueError("the port must be a number from 0 to 65535") from error


def variable(name: str) -> str:
    """What a field is called in the environment."""
    return str(Env.model_fields[name].validation_alias or f"{PREFIX}{name.upper()}")


def _kept_secret(home: Path) -> str:
    path = home / "secret"
    try:
        if path.exists():
            return path.read_text().strip()
        home.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(64)
        path.touch(mode=0o600)
        path.write_text(secret)
    except OSError as error:
        raise ValueError(f"we cannot keep our secret in {home}: {error.strerror}") from error
    return secret


def _unknown_names() -> list[str]:
    known = [variable(name) for name in Env.model_fields]
    found = [name for name in os.environ if name.startswith(PREFIX) and name not in known]
    return [f"  {name}: we know no such setting{_perhaps(name, known)}" for name in sorted(found)]


def _perhaps(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def read_env() -> Env:
    """The operator's choices, or an end with a sentence for each one that makes no sense."""
    lines = _unknown_names()
    try:
        env = Env()
    except ValidationError as error:
        lines += [f"  {_blame(fault['loc'])}: {_reason(fault['msg'])}" for fault in error.errors()]
    if lines:
        raise SystemExit("These settings make no sense:\n" + "\n".join(lines))
    return env


def _blame(place: tuple[int | str, ...]) -> str:
    name = str(place[0]) if place else "home"
    return variable(name) if name in Env.model_fields else name


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")
