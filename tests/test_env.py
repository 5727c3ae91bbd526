"""Nonsense in the settings stops the start, and says why."""

import stat

import pytest

from media4sec.config.env import Env, read_env, variable


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch, tmp_path):
    for name in Env.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("MEDIA4SEC_HOME", str(tmp_path))


def test_the_defaults_make_sense(tmp_path):
    env = read_env()

    assert env.database_url == f"sqlite:///{tmp_path}/community.sqlite3"
    assert env.url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DATABASE_URL", "mysql://here/db", "must start with sqlite:/// or postgres://"),
        ("DATABASE_URL", "postgres://here:many/db", "the port must be a number"),
        ("MEDIA4SEC_URL", "community.example.org", "must be an address such as https://"),
        ("MEDIA4SEC_URL", "https://example.org/community", "needs a host of its own"),
        ("MEDIA4SEC_URL", "https://example.org:99999", "the port must be a number"),
        ("MEDIA4SEC_HOSTS", "https://example.org", "is no host name"),
        ("MEDIA4SEC_HOSTS", "*", "is no host name"),
        ("MEDIA4SEC_SECRET", "short", "must have 32 characters or more"),
        ("MEDIA4SEC_MAIL_URL", "mail.example.org:25", "must start with smtp://"),
        ("MEDIA4SEC_MAIL_URL", "smtp://", "needs the name of the mail server"),
        ("MEDIA4SEC_MAIL_FROM", "The community", "must hold an address"),
        ("MEDIA4SEC_CONTACT", "ask at the door", "must hold an address"),
        ("MEDIA4SEC_SIGNUP", "sometimes", "'open' or 'invited'"),
        ("MEDIA4SEC_LANGUAGE", "tlh", "'en'"),
        ("MEDIA4SEC_TIME_ZONE", "Mars/Olympus", "is no time zone"),
        ("MEDIA4SEC_UPLOAD_MB", "5000", "less than or equal to 100"),
        ("MEDIA4SEC_WORKERS", "none", "valid integer"),
        ("MEDIA4SEC_THREADS", "0", "greater than or equal to 1"),
        ("MEDIA4SEC_TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
        ("MEDIA4SEC_PAGE_CACHE", "a day", "valid integer"),
        ("MEDIA4SEC_RATE_LIMITS", "perhaps", "valid boolean"),
        ("MEDIA4SEC_LOG_LEVEL", "chatty", "'DEBUG'"),
        ("MEDIA4SEC_DEBUG", "a bit", "valid boolean"),
    ],
)
def test_nonsense_is_refused_with_the_reason(monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as end:
        read_env()

    first, *lines = str(end.value).splitlines()
    assert first == "These settings make no sense:"
    assert [line for line in lines if line.startswith(f"  {name}: ") and reason in line] == lines


def test_a_misspelt_name_is_refused_with_a_guess(monkeypatch):
    monkeypatch.setenv("MEDIA4SEC_WROKERS", "2")

    with pytest.raises(SystemExit, match=r"WROKERS: we know no such.*mean MEDIA4SEC_WORKERS"):
        read_env()


def test_every_fault_is_named_at_once(monkeypatch):
    monkeypatch.setenv("MEDIA4SEC_URL", "nowhere")
    monkeypatch.setenv("MEDIA4SEC_WORKERS", "many")

    with pytest.raises(SystemExit, match=r"(?s)MEDIA4SEC_URL.*MEDIA4SEC_WORKERS"):
        read_env()


def test_the_secret_is_made_once_and_is_nobody_elses_to_read(tmp_path):
    first, second = read_env().secret, read_env().secret

    assert first == second == (tmp_path / "secret").read_text()
    assert len(first) >= 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_written_ends_with_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "a file").touch()
    monkeypatch.setenv("MEDIA4SEC_HOME", str(tmp_path / "a file" / "below"))

    with pytest.raises(SystemExit, match="MEDIA4SEC_HOME: we cannot keep our secret"):
        read_env()
