"""OAI-PMH: libraries and search engines take over what is public."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from media4sec.kit.clock import now
from media4sec.kit.ratelimit import at_most
from media4sec.patterns import oai
from media4sec.patterns.queries import harvest

Said = dict[str, str]


@csrf_exempt  # it only reads, and the protocol asks for POST
@require_http_methods(["GET", "HEAD", "POST"])
@at_most(300, methods=("GET", "HEAD", "POST"))
def provide(request: HttpRequest) -> HttpResponse:
    """Six verbs at one address. Whoever asks, it answers as to a stranger."""
    pairs = dict((request.POST if request.method == "POST" else request.GET).lists())
    address = f"{settings.SITE_URL}{reverse('patterns:oai')}"
    said: Said = {}
    moment = now()
    try:
        read = oai.read(pairs)
        parts = _VERBS[read["verb"]](read, address)
        said = read
    except oai.Wrong as wrong:
        if wrong.code not in {"badVerb", "badArgument"}:
            said = {name: values[0] for name, values in pairs.items()}
        parts = [oai.error(wrong)]
    document = oai.answer(address, at=moment, said=said, parts=parts)
    return HttpResponse(document, content_type="text/xml; charset=utf-8")


def _identify(_said: Said, address: str) -> list[ET.Element]:
    made = oai.identify(
        name=settings.SITE_NAME,
        address=address,
        email=settings.CONTACT,
        earliest=harvest.earliest(),
    )
    return [made]


def _formats(said: Said, _address: str) -> list[ET.Element]:
    if "identifier" in said and harvest.record_at(said["identifier"]) is None:
        raise _unknown()
    return [oai.formats()]


def _sets(said: Said, _address: str) -> list[ET.Element]:
    if "resumptionToken" in said:
        raise oai.Wrong("badResumptionToken", "This list has one page.")
    return [oai.sets(harvest.set_rows())]


def _get(said: Said, _address: str) -> list[ET.Element]:
    found = harvest.record_at(said["identifier"])
    if found is None:
        raise _unknown()
    return [oai.records("GetRecord", harvest.records_of([found]))]


def _list(said: Said, _address: str) -> list[ET.Element]:
    asked = oai.asked(said)
    page = harvest.harvest(asked, with_words=said["verb"] == "ListRecords")
    is_in_parts = page.token or page.start
    token = oai.token_of(page.token, start=page.start, whole=page.whole) if is_in_parts else None
    return [oai.records(said["verb"], page.records, token)]


def _unknown() -> oai.Wrong:
    return oai.Wrong("idDoesNotExist", "We never told of such a record.")


_VERBS: dict[str, Callable[[Said, str], list[ET.Element]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _get,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}
