"""Reports become cases, cases become decisions with reasons, and everybody concerned is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

import media4sec
from media4sec.discussions.models import Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.moderation import conduct, queries, services
from media4sec.moderation.models import Case, Decision, Report

pytestmark = pytest.mark.django_db
WHY = {
    "reference": "rules@2026-1#names",
    "facts": "A face can be seen.",
    "reason": "It shows a person who did not agree.",
}


@pytest.fixture
def moderator():
    return MemberFactory(is_moderator=True, name="Mod Erator")


@pytest.fixture
def topic():
    return TopicFactory(title="A shop video", body_html="<p>zqfacezq</p>")


@pytest.fixture
def case(topic):
    return services.report(topic, by=MemberFactory(), words="A face.").case


def test_reports_about_one_thing_are_one_case(topic, case):
    services.report(topic, by=MemberFactory(), words="Me too.")
    services.report(ReplyFactory(topic=topic), by=MemberFactory(), words="This is another.")

    assert Case.objects.count() == 2
    assert case.reports.count() == 2


def test_the_same_member_reports_once(topic):
    reader = MemberFactory()
    services.report(topic, by=reader, words="A face.")

    with pytest.raises(Refused, match="already"):
        services.report(topic, by=reader, words="A face!")


def test_a_visitor_reports_without_an_account_and_gets_a_receipt(client, topic):
    answer = client.post(
        f"/report/{Ref.to(topic)}/",
        {
            "category": "personal",
            "words": "A face.",
            "name": "Anna",
            "email": "anna@example.org",
            "in_good_faith": "on",
        },
    )

    assert b"We have your report" in answer.content
    made = Report.objects.get()
    assert (made.reporter, made.reporter_name, made.in_good_faith) == (None, "Anna", True)
    assert made.url.endswith(topic.get_absolute_url())
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "A face." not in str(letter.message())
    assert topic.title not in str(letter.message())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "such as name@example.org"),
        ({"email": "x\r\nBcc: y@z.example"}, "such as name@example.org"),
        ({"name": ""}, "Enter your name"),
        ({"in_good_faith": ""}, "true and complete"),
        ({"words": ""}, "required"),
    ],
)
def test_what_a_report_lacks_is_said_and_the_words_are_kept(client, topic, changes, sentence):
    fields = {
        "words": "My long words.",
        "name": "Anna",
        "email": "anna@example.org",
        "in_good_faith": "on",
        **changes,
    }

    answer = client.post(f"/report/{Ref.to(topic)}/", fields)

    assert sentence in answer.content.decode()
    assert fields["words"] in answer.content.decode()
    assert not Report.objects.exists()


def test_the_abuse_of_a_child_is_reported_without_a_name(topic):
    made = services.report(
        topic, by=AnonymousUser(), words="There.", category=Report.Category.CHILD
    )

    assert made.reporter_email == ""
    assert not mail.outbox


def test_hiding_writes_the_reasons_first_and_tells_everybody(topic, case, moderator):
    decision = services.hide(case, by=moderator, **WHY)

    hidden = Topic.objects.get(pk=topic.pk)
    assert (hidden.standing, hidden.decision_id) == ("hidden", decision.pk)
    assert hidden.standing_reason == WHY["reason"]
    assert decision.ground == Decision.Ground.RULES
    case.refresh_from_db()
    assert case.state == Case.State.DECIDED
    assert not case.reports.filter(state="open").exists()
    to_author = next(letter for letter in mail.outbox if letter.to == [topic.author.email])
    for words in (WHY["facts"], WHY["reason"], conduct.said(WHY["reference"]), "court"):
        assert words in to_author.body
    to_reporter = next(
        letter for letter in mail.outbox if "decided about your report" in letter.subject
    )
    assert WHY["facts"] not in to_reporter.body


def test_no_moderator_is_named_to_anybody(client, topic, case, moderator):
    decision = services.hide(case, by=moderator, **WHY)

    assert all(moderator.name not in str(letter.message()) for letter in mail.outbox)
    about = Activity.objects.about(Ref.to(topic))
    assert {each.actor for each in about} <= {None}
    client.force_login(topic.author)
    for address in (
        decision.get_absolute_url(),
        topic.get_absolute_url(),
        f"/t/{topic.pk}/history/",
    ):
        assert moderator.name not in client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("missing", ["reference", "facts", "reason"])
def test_nothing_is_hidden_without_reasons(topic, case, moderator, missing):
    with pytest.raises(Refused):
        services.hide(case, by=moderator, **{**WHY, missing: " "})

    assert Topic.objects.get(pk=topic.pk).standing == "visible"
    assert not Decision.objects.exists()


def test_the_database_keeps_no_restriction_without_reasons(moderator):
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            thing_kind="x.y", thing_id=1, measure="hide", by=moderator, at=timezone.now()
        )


def test_no_code_changes_a_decision():
    services_of = Path(media4sec.__file__).parent / "moderation"
    text = "\n".join(
        path.read_text("utf-8")
        for path in services_of.rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
    )

    assert "decision.save(" not in text
    assert "Decision.objects.update" not in text
    assert "Decision.objects.filter(pk" not in text


def test_the_second_moderator_is_told_that_it_is_decided(case, moderator):
    services.keep(case, by=moderator, reason="It stays.")
    stale = Case.objects.get(pk=case.pk)
    stale.state = Case.State.OPEN

    with pytest.raises(ValidationError, match="Somebody else"):
        services.hide(stale, by=MemberFactory(is_moderator=True), **WHY)


def test_nobody_decides_about_their_own(moderator):
    mine = TopicFactory(author=moderator)
    case = services.report(mine, by=MemberFactory(), words="Look.").case

    with pytest.raises(PermissionDenied, match="own words"):
        services.keep(case, by=moderator, reason="It is fine.")


def test_what_one_has_not_read_one_does_not_decide(moderator):
    reader = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[reader])
    sealed = TopicFactory(circle=circle, label=Label.RED, readers=[reader])
    made = services.report(sealed, by=reader, words="Look.")

    with pytest.raises(Refused, match="not read it"):
        services.hide(made.case, by=moderator, **WHY)
    opening = services.ask_to_open(made, by=moderator, scope="words", reason="To decide.")
    services.consent(opening, by=MemberFactory(is_moderator=True))
    services.hide(made.case, by=moderator, **WHY)

    letter = next(each for each in mail.outbox if each.to == [sealed.author.email])
    assert WHY["facts"] not in letter.body  # RED: only that there is something, and where
    assert "/decisions/" in letter.body


def test_of_what_nobody_may_open_one_decides_only_that_it_stays(moderator):
    reader = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[reader])
    sealed = TopicFactory(circle=circle, label=Label.RED, readers=[reader])
    made = services.report(sealed, by=reader, words="Look.")
    opening = services.ask_to_open(made, by=moderator, scope="words", reason="To decide.")
    other = MemberFactory(is_moderator=True)
    services.refuse(opening, by=other, answer="The report says nothing that needs it.")

    with pytest.raises(Refused, match="not read it"):
        services.hide(made.case, by=moderator, **WHY)
    decision = services.keep(made.case, by=moderator, reason="Nothing points at a harm.")

    assert "did not agree to open its seal" in decision.facts
    made.case.refresh_from_db()
    assert made.case.state == "decided"


def test_keeping_tells_the_reporter_and_not_the_author(topic, case, moderator):
    mail.outbox.clear()

    services.keep(case, by=moderator, reason="Nobody can be recognised.")

    assert topic.author.email not in {to for letter in mail.outbox for to in letter.to}
    assert len(mail.outbox) == 1
    again = services.report(topic, by=MemberFactory(), words="Still.").case
    with pytest.raises(Refused, match="why it stays"):
        services.keep(again, by=moderator, reason="")


def test_restored_it_is_there_again_and_both_decisions_stay(topic, case, moderator):
    first = services.hide(case, by=moderator, **WHY)

    services.restore(first, by=moderator, reason="The face is blurred now.")

    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.standing, topic.body_html) == ("visible", "<p>zqfacezq</p>")
    assert list(Decision.objects.values_list("measure", flat=True)) == ["restore", "hide"]
    with pytest.raises(Refused, match="Somebody else"):
        services.restore(first, by=moderator, reason="Again.")


def test_a_year_later_nobody_knows_who_reported(topic, moderator):
    made = services.report(
        topic, by=AnonymousUser(), words="A face.", name="Anna", email="anna@example.org"
    )
    services.keep(made.case, by=moderator, reason="It stays.")
    Report.objects.update(closed_at=timezone.now() - Report.KEPT * 2)

    services.forget_reporters()

    made.refresh_from_db()
    assert (made.reporter_name, made.reporter_email) == ("", "")


# The pages


def test_the_way_through_the_desk(client, topic, case, moderator):
    client.force_login(moderator)
    page = client.get("/moderation/").content.decode()
    assert "A shop video" in page
    assert "Reported by 1 person" in page
    assert "zqfacezq" in client.get(case.get_absolute_url()).content.decode()

    wrong = client.post(
        case.get_absolute_url(), {"decide": "1", "measure": "hide", **WHY, "facts": ""}
    )
    assert "Say which facts you relied on" in wrong.content.decode()
    assert WHY["reason"] in wrong.content.decode()
    right = client.post(case.get_absolute_url(), {"decide": "1", "measure": "hide", **WHY})

    assert right.status_code == 302
    assert Topic.objects.get(pk=topic.pk).is_withheld
    log = client.get(f"{case.get_absolute_url()}log/").content.decode()
    assert [words in log for words in ("A report came in", "Decided", moderator.name)] == [True] * 3
    assert "A shop video" not in client.get("/moderation/").content.decode()
    assert "Hidden" in client.get("/moderation/?tab=decided").content.decode()


def test_a_decision_is_read_by_whom_it_concerns_and_by_moderators(client, topic, case, moderator):
    decision = services.hide(case, by=moderator, **WHY)
    address = decision.get_absolute_url()

    assert client.get(address).status_code == 302
    client.force_login(MemberFactory())
    assert client.get(address).status_code == 404
    client.force_login(topic.author)
    page = client.get(address).content.decode()
    assert "zqfacezq" in page
    assert WHY["facts"] in page
    assert client.post(address, {"reason": "I want it back."}).status_code == 403
    client.force_login(moderator)
    assert "zqfacezq" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "A mistake."}).status_code == 302
    assert not Topic.objects.get(pk=topic.pk).is_withheld


def test_members_find_no_desk(client, case):
    client.force_login(MemberFactory())

    for address in ("/moderation/", case.get_absolute_url(), f"{case.get_absolute_url()}log/"):
        assert client.get(address).status_code == 403
    assert client.post("/moderation/held/").status_code == 403


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("tab", ["open", "held", "decided"])
def test_no_list_asks_more_for_ten(client, moderator, tab, count, django_assert_max_num_queries):
    for _number in range(count):
        case = services.report(TopicFactory(), by=MemberFactory(), words="Spam.").case
        if tab == "decided":
            services.keep(case, by=moderator, reason="It stays.")
    client.force_login(moderator)

    with django_assert_max_num_queries(8):
        assert client.get(f"/moderation/?tab={tab}").status_code == 200


def test_the_abuse_of_a_child_needs_no_name_in_the_browser_either(client, topic):
    address = f"/report/{Ref.to(topic)}/"

    answer = client.post(address, {"category": "child", "words": "There.", "in_good_faith": "on"})

    assert b"We have your report" in answer.content
    assert Report.objects.get().reporter_email == ""


def test_decisions_refer_to_the_house_rules_as_they_are_numbered(client):
    page = client.get("/house-rules/").content.decode()
    numbers = re.findall(r"<h[23][^>]*>(\d)\. ", page)

    cited = [words for key, words in conduct.references().items() if key.startswith("rules@")]

    assert [f"House rule {number}" for number in numbers] == [each[:12] for each in cited]


# Nobody decides about themselves, and nobody finds out who reported them


@pytest.fixture
def own_case():
    """A moderator's own reply was reported."""
    concerned = MemberFactory(is_moderator=True, name="Concerned moderator")
    reply = ReplyFactory(author=concerned)
    reporter = MemberFactory(name="Brave reporter")
    case = services.report(reply, by=reporter, words="It is about my cousin zqwordszq.").case
    return concerned, case


def test_whose_words_were_reported_reads_neither_who_nor_what(client, own_case, moderator):
    concerned, case = own_case
    address = case.get_absolute_url()

    client.force_login(moderator)
    assert "zqwordszq" in client.get("/moderation/").content.decode()
    assert "Brave reporter" in client.get(f"{address}log/").content.decode()
    client.force_login(concerned)
    desk = client.get("/moderation/").content.decode()
    assert "your own words: a colleague decides" in desk
    assert "zqwordszq" not in desk
    assert client.get(address).status_code == 403
    assert client.get(f"{address}log/").status_code == 403


def test_taking_the_words_back_opens_no_case_about_them(client, own_case):
    concerned, case = own_case
    case.ref.model.objects.filter(pk=case.thing_id).update(deleted_at=timezone.now())

    client.force_login(concerned)

    assert client.get(f"{case.get_absolute_url()}log/").status_code == 403
    assert "zqwordszq" not in client.get("/moderation/").content.decode()


def test_nobody_closes_reports_about_themselves(client, own_case):
    concerned, case = own_case

    with pytest.raises(PermissionDenied, match="your own words"):
        services.close(case.reports.get(), by=concerned, conclusion="Nothing.")

    client.force_login(concerned)
    answer = client.post(case.get_absolute_url(), {"close": "1", "conclusion": "x"})
    assert answer.status_code == 403
    assert case.reports.get().state == Report.State.OPEN


def test_nobody_holds_a_key_to_a_case_about_themselves(own_case, moderator):
    concerned, case = own_case
    report = case.reports.get()
    with pytest.raises(PermissionDenied, match="your own words"):
        services.ask_to_open(report, by=concerned, scope="words", reason="I would like to know.")
    asked = services.ask_to_open(report, by=moderator, scope="words", reason="It is sealed.")

    with pytest.raises(PermissionDenied, match="your own words"):
        services.refuse(asked, by=concerned, answer="No.")


def test_what_is_there_is_decided_and_not_closed(case, moderator):
    with pytest.raises(Refused, match="Decide about it"):
        services.close(case.reports.get(), by=moderator, conclusion="Nothing wrong.")

    assert case.reports.get().state == Report.State.OPEN


def test_when_it_is_gone_the_reporter_is_told(topic, case, moderator):
    report = case.reports.get()
    Topic.objects.filter(pk=topic.pk).delete()
    mail.outbox.clear()

    services.close(report, by=moderator, conclusion="Deleted by its author.")

    case.refresh_from_db()
    assert case.state == Case.State.DECIDED
    (letter,) = mail.outbox
    assert letter.to == [report.reporter.email]
    assert "was gone before we decided" in letter.body
    assert "Deleted by its author" not in letter.body


# What letters and pages must say


def test_reporters_read_why_it_stays(case, moderator):
    mail.outbox.clear()

    services.keep(case, by=moderator, reason="The face is a statue's.")

    (letter,) = mail.outbox
    assert "The reason: The face is a statue's." in letter.body


def test_what_is_strict_stays_out_of_the_reporters_letter(moderator):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[moderator])
    topic = TopicFactory(circle=circle, label=Label.AMBER_STRICT)
    case = services.report(topic, by=topic.author, words="I am not sure.").case
    mail.outbox.clear()

    services.keep(case, by=moderator, reason="zqreasonzq")

    (letter,) = mail.outbox
    assert "zqreasonzq" not in letter.body


def test_the_statement_of_reasons_has_what_the_law_asks_for(client, topic, case, moderator):
    decision = services.hide(case, by=moderator, **WHY)

    letter = next(letter for letter in mail.outbox if letter.to == [topic.author.email])
    client.force_login(topic.author)
    page = " ".join(client.get(decision.get_absolute_url()).content.decode().split())
    for said in (
        f"name decision {decision.pk}",
        "verywhere in this community, until it is decided otherwise",
        "out of court (Digital Services Act, Article 21)",
        "You can always go to court",
        "o machine took part in finding it or in the decision",
    ):
        assert said in letter.body
        assert said in page
    assert "It was reported to us." in letter.body


def test_a_suspended_author_still_reads_what_was_decided(client, topic, case, moderator):
    decision = services.hide(case, by=moderator, **WHY)
    topic.author.suspended_at = timezone.now()
    topic.author.save()

    client.force_login(topic.author)

    assert WHY["facts"] in client.get(decision.get_absolute_url()).content.decode()


# Reports by strangers


SAID = {"words": "A face.", "name": "Anna", "email": "anna@example.org", "in_good_faith": "on"}


def test_a_page_sent_twice_is_one_report_and_one_receipt(client, topic):
    for _time in range(2):
        client.post(f"/report/{Ref.to(topic)}/", SAID)
    client.post(f"/report/{Ref.to(topic)}/", {**SAID, "words": "Another one."})

    assert Report.objects.count() == 2
    assert len(mail.outbox) == 2


def test_people_are_counted_and_not_their_reports(client, topic, moderator):
    services.report(topic, by=MemberFactory(), words="A face.")
    for words, email in (("One", "a@example.org"), ("Two", "A@example.org")):
        services.report(topic, by=AnonymousUser(), words=words, name="Anna", email=email)

    client.force_login(moderator)

    assert "Reported by 2 people" in client.get("/moderation/").content.decode()


def test_receipts_do_not_fill_a_strangers_mailbox(client, settings):
    settings.RATE_LIMITS = True
    for topic in TopicFactory.create_batch(6):
        answer = client.post(f"/report/{Ref.to(topic)}/", SAID)

    assert "You reported a lot" in answer.content.decode()
    assert SAID["words"] in answer.content.decode()
    assert len(mail.outbox) == 5


def test_no_letter_goes_to_an_account_that_is_closed(topic, case, moderator):
    for member in (topic.author, case.reports.get().reporter):
        member.is_active, member.email = False, f"closed-{member.pk}@account.invalid"
        member.save()
    mail.outbox.clear()

    services.hide(case, by=moderator, **WHY)

    assert Topic.objects.get(pk=topic.pk).is_withheld
    assert not mail.outbox


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (Label.GREEN, {"facts", "reason"}),
        (Label.AMBER, {"reason"}),
        (Label.AMBER_STRICT, set()),
        (Label.RED, set()),
    ],
)
def test_the_authors_letter_says_what_the_label_lets_travel(moderator, label, said):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[moderator])
    topic = TopicFactory(circle=circle, label=label, readers=[moderator])
    case = services.report(topic, by=moderator, words="A face.").case
    mail.outbox.clear()

    decision = services.hide(case, by=moderator, **WHY)

    letter = next(each for each in mail.outbox if each.to == [topic.author.email])
    assert {name for name in ("facts", "reason") if WHY[name] in letter.body} == said
    assert decision.get_absolute_url() in letter.body


def test_the_hours_that_are_left_are_counted_in_words(case):
    for hours, said in ((71, "2 days left"), (2, "2 hours left"), (1, "1 hour left"), (-1, "Late")):
        moment = case.due_at - timedelta(hours=hours, minutes=-1 if hours < 0 else 1)
        with time_machine.travel(moment, tick=False):
            assert queries.desk.left(case) == said
