"""Every setting an operator may turn: its name, default and a sentence.

Read from the environment and from ``<home>/media4sec.env``. A value that makes
no sense stops the start with the reason.
"""

import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOME = Path(os.environ.get("MEDIA4SEC_HOME", "var")).absolute()


class Env(BaseSettings):
    """The operator's choices. Each is the variable MEDIA4SEC_<NAME>, except DATABASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix="MEDIA4SEC_", env_file=HOME / "media4sec.env", extra="ignore"
    )

    home: Path = Field(HOME, description="Folder of all data: database, uploads, mail, secret.")
    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="SQLite (default, in home) or postgres://…"
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
    contact: str = Field("community@localhost", description="Where people reach the operators.")
    signup: Literal["open", "invited"] = Field(
        "open", description="Who may join: open, or invited (with an invitation to a circle)."
    )
    language: str = Field("en", description="Language of the interface.")
    time_zone: str = Field("Europe/Brussels", description="Time zone of dates on pages.")
    upload_mb: int = Field(10, ge=1, le=100, description="Largest picture or PDF, in megabytes.")
    workers: int = Field(1, ge=1, le=64, description="Web processes.")
    threads: int = Field(2, ge=1, le=64, description="Threads in each web process.")
    rate_limits: bool = Field(True, description="Slow down who asks or tries too often.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front, whose X-Forwarded-For we believe."
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

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://community.example.org")
        return url.rstrip("/")

    @field_validator("mail_url")
    @classmethod
    def _is_a_mail_address(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"smtp", "smtps", "file"}:
            raise ValueError("must start with smtp://, smtps:// or file:")
        return url

    @model_validator(mode="after")
    def _fill_in(self) -> "Env":
        self.home = self.home.absolute()
        self.database_url = self.database_url or f"sqlite:///{self.home / 'community.sqlite3'}"
        self.secret = self.secret or _kept_secret(self.home)
        return self


def _kept_secret(home: Path) -> str:
    path = home / "secret"
    if path.exists():
        return path.read_text().strip()
    home.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(64)
    path.touch(mode=0o600)
    path.write_text(secret)
    return secret


def read_env() -> Env:
    """The operator's choices, or an end with a sentence for each one that makes no sense."""
    try:
        return Env()
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise SystemExit("These settings make no sense:\n" + "\n".join(lines)) from error
