"""Which organisation an e-mail address belongs to: by its domain, exactly or below it.

Pure: no database. ``evilpolice.example`` is not ``police.example``, and an address
anybody can get for the asking says nothing about who they are.
"""

import re
from collections.abc import Iterable

#: Providers where everybody gets an address; never proof of an organisation.
FREEMAIL = frozenset(
    [
        "163.com",
        "aol.com",
        "bluewin.ch",
        "duck.com",
        "email.cz",
        "fastmail.com",
        "free.fr",
        "freemail.hu",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "home.nl",
        "hotmail.com",
        "hotmail.fr",
        "hushmail.com",
        "icloud.com",
        "inbox.lv",
        "interia.pl",
        "kpnmail.nl",
        "laposte.net",
        "libero.it",
        "live.com",
        "live.nl",
        "mac.com",
        "mail.com",
        "mail.de",
        "mail.ru",
        "mailbox.org",
        "mailfence.com",
        "me.com",
        "msn.com",
        "o2.pl",
        "onet.pl",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "planet.nl",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "sapo.pt",
        "seznam.cz",
        "sfr.fr",
        "t-online.de",
        "telenet.be",
        "tuta.com",
        "tutanota.com",
        "ukr.net",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "wp.pl",
        "xs4all.nl",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.fr",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
        "ziggo.nl",
    ]
)
#: Endings under which everybody can register; as a domain of one organisation they are a mistake.
SHARED_ENDINGS = frozenset(
    [
        "ac.uk",
        "co.at",
        "co.il",
        "co.nz",
        "co.uk",
        "com.au",
        "com.br",
        "com.cn",
        "com.pl",
        "com.pt",
        "com.tr",
        "com.ua",
        "edu.pl",
        "github.io",
        "gov.uk",
        "ltd.uk",
        "me.uk",
        "net.pl",
        "onmicrosoft.com",
        "or.at",
        "org.pl",
        "org.uk",
        "plc.uk",
    ]
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def domain_of(address: str) -> str:
    """The domain of an e-mail address, as written in DNS; "" when there is none."""
    return normal(address.rpartition("@")[2]) if "@" in address else ""


def normal(domain: str) -> str:
    """Lower case, ASCII, without a last dot; "" when it is no domain of an organisation."""
    try:
        name = domain.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return name


def can_prove(domain: str) -> bool:
    """Whether an address of this domain can prove an organisation at all."""
    return (
        bool(domain)
        and not any(_is_within(domain, provider) for provider in FREEMAIL)
        and domain not in SHARED_ENDINGS
    )


def belongs(address: str, domains: Iterable[str]) -> bool:
    """Whether the address is of one of these domains, or of one below it."""
    domain = domain_of(address)
    return can_prove(domain) and any(_is_within(domain, normal(each)) for each in domains)


def _is_within(domain: str, parent: str) -> bool:
    return bool(parent) and (domain == parent or domain.endswith(f".{parent}"))
