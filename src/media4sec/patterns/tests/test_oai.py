"""OAI-PMH: what harvesters hear, in the shape of the protocol, and nothing that is not public."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import etree
from oaipmh_scythe import Scythe

from media4sec.kit.marking import Attribution, Label
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import MemberFactory
from media4sec.patterns import services
from media4sec.patterns.models import Experience, HarvestRecord, Pattern
from media4sec.patterns.queries import harvest
from media4sec.patterns.tests.factories import ExperienceFactory, ThemeFactory, publish

pytestmark = pytest.mark.django_db
SHAPE = etree.RelaxNG(etree.parse(Path(__file__).parent / "oai_pmh.rng"))
SPACES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@pytest.fixture
def said(client, settings):
    settings.SITE_URL = "https://community.example.org"

    def ask(verb="", method="get", **arguments):
        pairs = {**({"verb": verb} if verb else {}), **arguments}
        answer = getattr(client, method)("/patterns/oai/", pairs)
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        document = etree.fromstring(answer.content)
        SHAPE.assertValid(document)
        return document

    return ask


def texts(document, path):
    return [str(each) for each in document.xpath(f"{path}/text()", namespaces=SPACES)]


def errors(document):
    return document.xpath("//o:error/@code", namespaces=SPACES)


def listed(said, **arguments):
    document = said("ListIdentifiers", metadataPrefix="oai_dc", **arguments)
    return texts(document, "//o:identifier")


def name_of(thing):
    return f"oai:community.example.org:{thing._meta.model_name}/{thing.pk}"


def test_it_says_who_we_are(said):
    publish()
    services.keep_up()

    document = said("Identify")

    assert texts(document, "//o:baseURL") == ["https://community.example.org/patterns/oai/"]
    assert texts(document, "//o:deletedRecord") == ["persistent"]
    assert texts(said("ListMetadataFormats"), "//o:metadataPrefix") == ["oai_dc"]
    assert texts(said("ListSets"), "//o:setSpec") == ["pattern", "experience", "trolling"]


def test_patterns_and_clear_experiences_are_told_in_dublin_core(said):
    pattern = publish("Answer the rumour early")
    told = ExperienceFactory(title="We tried\x0b it", theme=ThemeFactory())
    services.keep_up()

    document = said("ListRecords", metadataPrefix="oai_dc")

    assert texts(document, "//o:identifier") == [name_of(pattern), name_of(told)]
    assert texts(document, "//dc:title") == ["Answer the rumour early", "We tried it"]
    assert texts(document, "//dc:identifier")[0] == (
        "https://community.example.org/patterns/answer-the-rumour-early/"
    )
    assert texts(document, "//dc:creator")[1] == told.author.shown_name
    assert "TLP:CLEAR" in texts(document, "//dc:rights")
    one = said("GetRecord", metadataPrefix="oai_dc", identifier=name_of(told))
    assert texts(one, "//dc:subject") == ["Trolling"]


@pytest.mark.parametrize("label", [label for label in Label if label != Label.CLEAR])
def test_what_never_was_public_is_not_even_gone(said, label):
    author = MemberFactory()
    told = ExperienceFactory(author=author, label=Label.GREEN)
    Experience.objects.filter(pk=told.pk).update(label=label) if "AMBER" not in label else None
    publish()
    services.keep_up()

    assert name_of(told) not in listed(said)
    asked = said("GetRecord", metadataPrefix="oai_dc", identifier=name_of(told))
    assert errors(asked) == ["idDoesNotExist"]


@pytest.mark.parametrize(
    "changed",
    [
        {"label": Label.GREEN},
        {"deleted_at": timezone.now()},
        {"standing": "hidden"},
        {"standing": "held"},
    ],
)
@pytest.mark.parametrize("has_worker_run", [True, False])
def test_what_is_public_no_more_is_gone_at_once_and_stays_so(said, changed, has_worker_run):
    told = ExperienceFactory(title="Once for all")
    services.keep_up()
    for name, value in changed.items():
        setattr(told, name, value)
    told.save()
    if has_worker_run:
        services.keep_up()

    document = said("ListRecords", metadataPrefix="oai_dc")

    assert document.xpath("//o:header/@status", namespaces=SPACES) == ["deleted"]
    assert b"Once for all" not in etree.tostring(document)
    one = said("GetRecord", metadataPrefix="oai_dc", identifier=name_of(told))
    assert one.xpath("//o:header/@status", namespaces=SPACES) == ["deleted"]


def test_what_is_archived_is_gone_and_can_come_back(said):
    pattern = publish()
    services.keep_up()
    pattern.state = Pattern.State.ARCHIVED
    pattern.save()
    services.keep_up()
    gone = HarvestRecord.objects.get()
    pattern.state = Pattern.State.SHARED
    pattern.save()
    services.keep_up()

    back = HarvestRecord.objects.get()
    assert (gone.is_gone, back.is_gone) == (True, False)
    assert back.at > gone.at
    assert texts(said("ListRecords", metadataPrefix="oai_dc"), "//dc:title") == [pattern.title]


def test_a_change_that_nobody_outside_reads_is_none(said):
    pattern = publish()
    services.keep_up()
    before = HarvestRecord.objects.get().at
    pattern.link_count = 7
    pattern.save()

    assert services.keep_up() == 0
    assert HarvestRecord.objects.get().at == before
    pattern.summary = "Something else to read."
    pattern.save()
    assert services.keep_up() == 1
    assert HarvestRecord.objects.get().at > before


def test_who_is_sealed_is_described_as_on_the_page(said):
    anna = MemberFactory(name="Anna Whisper")
    told = ExperienceFactory(author=anna, attribution=Attribution.CHATHAM, place="Secret bay")
    let_speak(anna, told)
    services.keep_up()

    document = etree.tostring(said("ListRecords", metadataPrefix="oai_dc"))

    assert b"Whisper" not in document
    assert b"Secret bay" not in document
    assert b"A member" in document


# Parts of lists


def test_a_long_list_comes_in_parts_each_record_once(said, monkeypatch):
    monkeypatch.setattr(harvest, "PAGE_SIZE", 3)
    names = [name_of(ExperienceFactory()) for _ in range(7)]
    services.keep_up()

    found, token, parts = [], None, 0
    while parts == 0 or token:
        arguments = {"resumptionToken": token} if token else {"metadataPrefix": "oai_dc"}
        document = said("ListIdentifiers", **arguments)
        found += texts(document, "//o:identifier")
        (last,) = document.xpath("//o:resumptionToken", namespaces=SPACES)
        assert (last.get("cursor"), last.get("completeListSize")) == (str(3 * parts), "7")
        token, parts = last.text, parts + 1

    assert found == names
    assert parts == 3


def test_a_list_of_what_changed_between_two_moments_and_of_one_set(said):
    dark = ThemeFactory(slug="dark-web", title="The dark web", position=4)
    first, second = publish("Webcare"), publish("Alert tool", theme=dark)
    told = ExperienceFactory(theme=dark)
    services.keep_up()
    old = timezone.now() - timedelta(days=9)
    HarvestRecord.objects.filter(kind="pattern", thing_id=first.pk).update(at=old)

    day = f"{old:%Y-%m-%d}"
    assert listed(said, until=day) == [name_of(first)]
    assert listed(said, **{"from": day}) == [name_of(each) for each in (first, second, told)]
    assert listed(said, **{"from": f"{old + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}) == [
        name_of(second),
        name_of(told),
    ]
    exactly = f"{old:%Y-%m-%dT%H:%M:%SZ}"
    assert listed(said, **{"from": exactly, "until": exactly}) == [name_of(first)]
    assert listed(said, set="dark-web") == [name_of(second), name_of(told)]
    assert listed(said, set="pattern") == [name_of(first), name_of(second)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Nothing"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "soon"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "2026-02-30"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "9999-12-31"}, "badArgument"),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "oai_dc",
                "from": "2026-01-01",
                "until": "2026-01-01T00:00:00Z",
            },
            "badArgument",
        ),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "oai_dc",
                "from": "2026-02-01",
                "until": "2026-01-01",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a\x00"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "x"}, "noRecordsMatch"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"},
            "noRecordsMatch",
        ),
        ({"verb": "ListRecords", "resumptionToken": "x", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "nonsense"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "WzFd"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "pattern/1"},
            "idDoesNotExist",
        ),
        ({"verb": "ListMetadataFormats", "identifier": "oai:x:pattern/1"}, "idDoesNotExist"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_error_has_its_code(said, method, arguments, code):
    publish()
    services.keep_up()

    verb = arguments.get("verb", "")
    rest = {name: value for name, value in arguments.items() if name != "verb"}

    assert errors(said(verb, method, **rest)) == [code]


@pytest.mark.parametrize("count", [1, 10])
def test_a_list_asks_as_much_for_ten_as_for_one(
    client, count, django_assert_max_num_queries, django_assert_num_queries
):
    for number in range(count):
        publish(f"Pattern {number}")
        told = ExperienceFactory(attribution=Attribution.CHATHAM)
        let_speak(told.author, told)
    services.keep_up()

    with django_assert_max_num_queries(8):
        answer = client.get("/patterns/oai/?verb=ListRecords&metadataPrefix=oai_dc")
    assert answer.content.count(b"<record>") == 2 * count
    with django_assert_num_queries(1):
        services.keep_up()


@pytest.mark.django_db(transaction=True)
def test_a_harvester_of_others_takes_all_of_it(live_server, settings, monkeypatch):
    monkeypatch.setattr(harvest, "PAGE_SIZE", 3)
    settings.SITE_URL = live_server.url
    patterns = [publish(f"Pattern {number}") for number in range(4)]
    told = [ExperienceFactory(title=f"Case {number}") for number in range(4)]
    services.keep_up()
    told[0].label = Label.GREEN
    told[0].save()
    services.keep_up()

    with Scythe(f"{live_server.url}/patterns/oai/") as harvester:
        assert harvester.identify().deletedRecord == "persistent"
        assert {each.setSpec for each in harvester.list_sets()} >= {"pattern", "trolling"}
        records = list(harvester.list_records())
        there = list(harvester.list_records(ignore_deleted=True))
        one = harvester.get_record(records[0].header.identifier)

    assert len(records) == 8
    assert {each.get_metadata()["title"][0] for each in there} == {
        *(each.title for each in patterns),
        *(each.title for each in told[1:]),
    }
    assert one.get_metadata()["title"] == ["Pattern 0"]


def test_answers_read_the_same_after_a_feed_was_written(client):
    publish("Webcare")
    for _again in range(2):
        assert b"<ns0:" not in client.get("/patterns/oai/?verb=ListSets").content
        assert b"<ns0:" not in client.get("/feeds/everything.atom?x=1").content
