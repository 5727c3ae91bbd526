import email
import email.policy

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.template import engines

from media4sec.kit import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def templates(tmp_path):
    """Mails to send: a folder of templates that comes first."""
    engine = engines["django"].engine
    dirs = engine.dirs
    engine.dirs = [tmp_path, *dirs]
    engine.__dict__.pop("template_loaders", None)
    yield tmp_path
    engine.dirs = dirs
    engine.__dict__.pop("template_loaders", None)


@pytest.fixture
def letter(templates):
    (templates / "letter.txt").write_text(
        "{{ title }} – {{ site_name }}\n\nDear {{ name }},\n\n{{ site_url }}/\n"
    )
    return "letter"


def test_the_first_line_is_the_subject_and_the_rest_is_text(letter, settings):
    settings.SITE_NAME, settings.SITE_URL = "The House", "https://house.example"

    mail.send(letter, to="anna@example.org", context={"title": "New reply", "name": "Anna"})

    (sent,) = outbox.outbox
    assert sent.to == ["anna@example.org"]
    assert sent.subject == "New reply – The House"
    assert sent.body == "Dear Anna,\n\nhttps://house.example/\n"


def test_every_mail_has_an_html_half_that_says_the_same(letter, settings):
    settings.SITE_URL = "https://house.example"

    mail.send(letter, to="anna@example.org", context={"title": "Hi", "name": "<script>x</script>"})

    (alternative,) = outbox.outbox[0].alternatives
    assert alternative.mimetype == "text/html"
    assert "<p>Dear &lt;script&gt;x&lt;/script&gt;,</p>" in alternative.content
    assert 'href="https://house.example/"' in alternative.content


def test_text_is_no_html(letter):
    mail.send(letter, to="a@example.org", context={"title": "Q&A", "name": "O'Brien <x>"})

    assert outbox.outbox[0].subject.startswith("Q&A")
    assert "Dear O'Brien <x>," in outbox.outbox[0].body


def test_a_mail_may_have_html_of_its_own(letter, templates):
    (templates / "letter.html").write_text("<p>Dear {{ name }}</p>")

    mail.send(letter, to="a@example.org", context={"title": "Hello", "name": "<b>"})

    (alternative,) = outbox.outbox[0].alternatives
    assert (alternative.content, alternative.mimetype) == ("<p>Dear &lt;b&gt;</p>", "text/html")
    assert "Dear <b>" in outbox.outbox[0].body


@pytest.mark.parametrize(
    "title",
    ["Hi\rBcc: all@example.org", "Hi\x0bBcc: x", "Hi\u2028Bcc: x", "Hi\x85Bcc: x", "Hi\x00"],
)
def test_no_title_becomes_a_header(letter, title):
    mail.send(letter, to="a@example.org", context={"title": title})

    message = email.message_from_bytes(outbox.outbox[0].message().as_bytes())
    assert message["Bcc"] is None
    assert "\r" not in outbox.outbox[0].subject
    assert message.get_all("To") == ["a@example.org"]


def test_what_follows_a_line_break_in_a_title_is_text_not_a_header(letter):
    mail.send(letter, to="a@example.org", context={"title": "Hi\nBcc: all@example.org"})

    message = email.message_from_bytes(outbox.outbox[0].message().as_bytes())
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi"


def test_an_address_with_a_line_break_sends_nothing(letter):
    with pytest.raises(ValueError, match=r"newline|[Ii]nvalid|Header"):
        mail.send(letter, to="a@example.org\nBcc: b@example.org", context={"title": "Hi"})

    assert outbox.outbox == []


def test_mail_says_that_no_person_wrote_it_and_not_on_which_machine(letter, settings):
    settings.SITE_URL = "https://house.example"

    mail.send(letter, to="a@example.org", context={"title": "Hi"})

    headers = outbox.outbox[0].message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].endswith("@house.example>")


def test_in_development_each_mail_is_a_file_one_can_read(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    text = "Grüße aus Zürich\n" + "ß" * 2_000
    message = EmailMessage("Bestätigt: Zürich", text, to=["a@b.example"])

    sent = mail.EmlFiles().send_messages([message, message])

    files = sorted((tmp_path / "mail").iterdir())
    assert sent == len(files) == 2
    assert files[0].name.endswith("-best-tigt-z-rich.eml")
    assert text in files[0].read_text("utf-8")
    parsed = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert parsed["Content-Transfer-Encoding"] == "8bit"
    assert parsed.get_content().startswith("Grüße aus Zürich")


def test_both_parts_of_such_a_file_can_be_read(letter, templates, tmp_path, settings):
    settings.EMAIL_BACKEND = "media4sec.kit.mail.EmlFiles"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    (templates / "letter.html").write_text("<p>Grüße {{ name }}" + "." * 1_200 + "</p>")

    mail.send(letter, to="a@example.org", context={"title": "Hi", "name": "Jürgen"})

    text = next((tmp_path / "mail").iterdir()).read_text("utf-8")
    assert "Dear Jürgen," in text
    assert "<p>Grüße Jürgen." in text


def test_a_mail_server_understands_the_sender(settings):
    from django.core.mail.message import sanitize_address  # noqa: PLC0415 - only here

    # Django's own tests of mail never look at it: the name of this site holds an @.
    assert "@" in settings.DEFAULT_FROM_EMAIL.split("<")[0]
    assert sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8").endswith("<community@localhost>")
