"""HTTP signatures as the fediverse speaks them: draft-cavage-http-signatures-12, RSA-SHA256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from media4sec.feeds import keys
from media4sec.feeds.models import SigningKey
from media4sec.kit.clock import now

#: How far two clocks, and a message on its way, may be apart.
WINDOW = timedelta(hours=1)
_PART = re.compile(r'([a-zA-Z]+)=(?:"([^"]*)"|(\d+))')
_LONGEST = 4096
_ALGORITHMS = {"", "rsa-sha256", "hs2019"}
_NEEDED = {"(request-target)", "host", "digest"}


class Unsigned(Exception):  # noqa: N818 - reads as what happened
    """A message that proves nothing, and why."""


@dataclass(frozen=True)
class Signature:
    """What was signed, with which key; whether it is true is for the key to say."""

    key_id: str
    words: str
    proof: str

    def holds(self, public_pem: str) -> bool:
        return keys.is_signed(self.words, self.proof, public_pem=public_pem)


def signed_headers(
    method: str, url: str, *, key: SigningKey, key_id: str, body: bytes = b""
) -> dict[str, str]:
    """The headers with which we ask and send."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    said = {
        "(request-target)": f"{method.lower()} {target}",
        "host": parts.netloc,
        "date": format_datetime(now().astimezone(UTC), usegmt=True),
    }
    if body:
        said["digest"] = digest(body)
        said["content-type"] = "application/activity+json"
    proof = keys.sign(key, _worded(said))
    named = f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(said)}"'
    sent = {name.title(): value for name, value in said.items() if name[0] != "("}
    return {**sent, "Signature": f'{named},signature="{proof}"'}


def digest(body: bytes) -> str:
    return f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"


def _worded(said: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in said.items())


def read(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Signature:
    """The signature of a message that came in, its digest, host and date checked already."""
    parts = _parts(headers.get("signature", ""))
    names = parts.get("headers", "date").lower().split()
    if missing := _NEEDED - set(names):
        raise Unsigned(f"the signature must cover {', '.join(sorted(missing))}")
    _check_digest(headers.get("digest", ""), body)
    _check_moment(_moment(parts, names, headers))
    said = {name: _value(name, parts, f"{method.lower()} {target}", headers) for name in names}
    return Signature(parts["keyId"], _worded(said), parts["signature"])


def _parts(header: str) -> dict[str, str]:
    if not header or len(header) > _LONGEST:
        raise Unsigned("there is no signature")
    parts = {name: text or number for name, text, number in _PART.findall(header)}
    if not parts.get("keyId") or not parts.get("signature"):
        raise Unsigned("the signature names no key")
    if parts.get("algorithm", "").lower() not in _ALGORITHMS:
        raise Unsigned("we read RSA-SHA256 only")
    return parts


def _value(name: str, parts: Mapping[str, str], target: str, headers: Mapping[str, str]) -> str:
    if name == "(request-target)":
        return target
    if name in {"(created)", "(expires)"}:
        return parts.get(name.strip("()"), "")
    if name not in headers:
        raise Unsigned(f"the signed header {name} is missing")
    return headers[name]


def _check_digest(sent: str, body: bytes) -> None:
    known = [each.strip() for each in sent.split(",")]
    sha = next((each for each in known if each.upper().startswith("SHA-256=")), "")
    if not hmac.compare_digest(sha[8:].encode(), digest(body)[8:].encode()):
        raise Unsigned("the digest is not that of the body")


def _moment(parts: Mapping[str, str], names: list[str], headers: Mapping[str, str]) -> datetime:
    try:
        if "(created)" in names:
            return datetime.fromtimestamp(int(parts.get("created", "")), UTC)
        if "date" in names:
            return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise Unsigned("the date makes no sense") from error
    raise Unsigned("the signature must cover a date")


def _check_moment(at: datetime) -> None:
    if abs(now() - at) > WINDOW:
        raise Unsigned("the date is too far from ours")
