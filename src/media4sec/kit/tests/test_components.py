"""What the parts of a page say, and what they must never say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import timezone

from media4sec.kit import views
from media4sec.kit.forms import Choices, Segment
from media4sec.kit.marking import Label
from media4sec.kit.paging import Page


@dataclass(frozen=True)
class Byline:
    name: str
    icon: str = "shield"
    tone: str = "g-police"
    role: str = ""
    country: str = ""
    number: int | None = None
    url: str = ""
    is_verified: bool = False
    is_me: bool = False


def render(source: str, *, path: str = "/", **values) -> str:
    request = RequestFactory().get(path)
    template = engines["django"].from_string(source).template
    return template.render(Context({"request": request, **values}))


def test_an_icon_is_hidden_from_those_who_listen():
    html = render('{% icon "bell" %}')

    assert html.startswith('<svg class="i" aria-hidden="true"><use href="/static/kit/icons')
    assert html.endswith('#bell"/></svg>')


@pytest.mark.parametrize("label", Label)
def test_a_label_is_written_exactly_as_its_protocol_writes_it(label):
    assert f">{label.value}</span>" in render("{% tlp label %}", label=label)


def test_nothing_is_no_label_and_no_face():
    assert render('{% tlp "" %}{% face "" %}') == ""


def test_a_misspelt_label_is_an_error_and_not_a_silence():
    with pytest.raises(ValueError, match="TLP:AMBRE"):
        render('{% tlp "TLP:AMBRE" %}')


def test_a_face_has_colour_icon_and_word():
    html = render('{% face "ugly" %}')

    assert "is-ugly" in html
    assert "#venetian-mask" in html
    assert "The ugly" in html


def test_a_byline_says_name_role_country_and_when():
    now = timezone.now() - timedelta(hours=2, minutes=5)
    line = Byline("Ines", role="Community officer", country="Spain", url="/people/4/")

    html = render('{% byline line time=at verb="replied" %}', line=line, at=now)

    assert '<a href="/people/4/">Ines</a>' in html
    assert "Community officer · Spain · replied <time" in html
    assert "g-police" in html


def test_a_sealed_byline_has_a_number_and_no_link():
    html = render("{% byline line %}", line=Byline("A researcher", number=7))

    assert '<span class="vh">speaker </span>7</span>' in html
    assert "<a " not in html


def test_names_are_words_and_never_markup():
    html = render("{% byline line %}", line=Byline("<script>x</script>", role="<b>", url='/"/'))

    assert "<script" not in html
    assert "<b></b>" not in html
    assert "&quot;" in html


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=8), "10 March 2027"),
        (timedelta(days=-1), "19 March 2027"),
    ],
)
def test_a_moment_is_in_words_while_it_is_near(ago, words, monkeypatch):
    today = datetime(2027, 3, 18, 16, 30, tzinfo=UTC)
    monkeypatch.setattr("media4sec.kit.components.times.now", lambda: today)
    monkeypatch.setattr("django.utils.timezone.now", lambda: today)

    html = render("{% when at %}", at=today - ago)

    assert f">{words}</time>" in html


def test_a_panel_is_named_by_its_title():
    source = '{% panel title=title more_url="/x/" %}<p>Text</p>{% endpanel %}'

    html = render(source, title="New & old")

    key = html.split('aria-labelledby="')[1].split('"')[0]
    assert f'<h2 id="{key}">New &amp; old</h2>' in html
    assert '<a class="more" href="/x/">All ' in html
    assert "<p>Text</p>" in html


def test_an_unknown_argument_of_a_component_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        render('{% panel title="x" tone="loud" %}{% endpanel %}')


@pytest.mark.parametrize("content", ["Plain words.", "<p>A paragraph.</p><ul><li>x</li></ul>"])
def test_a_notice_never_puts_a_block_into_a_paragraph(content):
    source = f'{{% notice title="Take care." tone="warn" %}}{content}{{% endnotice %}}'

    html = render(source)

    assert "notice--warn" in html
    assert "<b>Take care.</b>" in html
    assert "<p><p>" not in html
    assert "<b>Take care.</b> <p>" not in html


def test_a_change_of_the_query_keeps_the_rest():
    assert render("{% query page=3 %}", path="/?theme=a&page=2") == "?theme=a&amp;page=3"
    assert render("{% query theme=None %}", path="/?theme=a&page=2") == "?page=2"


def test_the_pager_keeps_filters_and_drops_the_other_direction():
    page = Page(rows=[], older="OLD", newer="NEW")

    html = render("{% pager page %}", path="/?face=bad&before=x", page=page)

    assert 'href="?face=bad&amp;after=NEW" rel="prev"' in html
    assert 'href="?face=bad&amp;before=OLD" rel="next"' in html


def test_one_page_needs_no_pager():
    assert render("{% pager page %}", page=Page(rows=[], older="", newer="")) == ""
    assert render("{% pages current=1 last=1 %}") == ""


def test_many_pages_show_the_ends_and_the_neighbours():
    html = render("{% pages current=50 last=100 %}")

    shown = [n for n in range(1, 101) if f"?page={n}&" in html or f'"?page={n}"' in html]
    assert shown == [1, 49, 51, 100]
    assert '<span aria-current="page">50</span>' in html


def test_the_current_tab_says_so():
    items = [("new", "New", "/new/", 3), ("mine", "Mine", "/mine/", None)]

    html = render('{% tabs items current="mine" %}', items=items)

    assert '<a href="/mine/" aria-current="page">Mine</a>' in html
    assert '<a href="/new/">New <span class="count">3</span></a>' in html


def test_an_aside_that_has_nothing_is_not_there():
    assert render("{% aside %} \n {% endaside %}") == ""
    assert "<aside" in render("{% aside %}x{% endaside %}")


@pytest.mark.parametrize("label", ["TLP:AMBER+STRICT", "TLP:RED"])
def test_what_may_not_leave_the_page_is_not_printed(label):
    assert "print-mark--never" in render("{% print_mark label %}", label=label)


def test_restricted_paper_carries_its_label_and_its_reader():
    html = render("{% print_mark label %}", label="TLP:AMBER", visitor="Ines")

    assert html.count("TLP:AMBER") == 2
    assert "Ines" in html
    assert render('{% print_mark "TLP:CLEAR" %}') == ""


class Form(forms.Form):
    email = forms.EmailField(help_text="We keep it.", error_messages={"required": "Enter it."})
    kind = forms.ChoiceField(
        choices=[("a", "First"), ("b", "Second")], widget=Choices(hints={"b": "The better one."})
    )
    order = forms.ChoiceField(choices=[("new", "Newest")], widget=Segment, required=False)
    terms = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(widget=forms.Textarea, required=False)


def test_a_field_shows_label_hint_error_and_input_in_this_order():
    html = render("{% field form.email %}", form=Form({}))

    places = [
        html.index(part)
        for part in ("<label", 'id="id_email_helptext"', 'id="id_email_error"', "<input")
    ]
    assert places == sorted(places)
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input"' in html


def test_choices_are_a_group_with_a_sentence_each():
    html = render("{% field form.kind %}", form=Form())

    assert html.startswith("<fieldset")
    assert "<b>Second</b><small>The better one.</small>" in html
    assert html.count("<small>") == 1
    assert 'class="input"' not in html


def test_a_field_one_may_leave_out_says_so():
    html = render("{% field form.body %}{% field form.email %}", form=Form())

    assert html.count("(optional)") == 1


def test_a_hidden_field_is_only_its_input():
    assert render("{% field form.token %}", form=Form()).count("<") == 1


def test_the_summary_of_errors_links_to_every_field_that_exists():
    form = Form({})
    html = render("{% errors form %}", form=form)
    page = render("{% for field in form %}{% field field %}{% endfor %}", form=form)

    targets = [part.split('"')[0] for part in html.split('href="#')[1:]]
    assert targets == ["id_email", "id_kind_0", "id_terms"]
    assert all(f'id="{target}"' in page for target in targets)
    assert "autofocus" in html


def test_a_form_without_faults_has_no_summary():
    assert render("{% errors form %}", form=Form()) == ""


def test_a_whole_form_can_be_shown_at_once():
    html = render("{{ form }}", form=Form())

    assert html.count('class="field"') == 5
    assert html.count('type="hidden"') == 1


def test_the_editor_is_a_text_field_whose_tools_wait_for_script():
    html = render('{% editor form.body mentions="/names/" %}', form=Form({"body": "<&"}))

    assert '<textarea name="body" class="input"' in html
    assert 'data-mentions-url="/names/"' in html
    assert 'role="toolbar"' in html
    assert "hidden>" in html.split('role="toolbar"')[1].split("<button")[0]
    assert "&lt;&amp;</textarea>" in html


@pytest.mark.django_db
def test_strangers_and_members_get_the_same_page_in_their_own_shell(
    client, django_user_model, django_assert_num_queries
):
    stranger = client.get("/style-guide/").content.decode()
    someone = django_user_model.objects.create_user(
        "a@example.org", name="Ines", confirmed_at=timezone.now()
    )
    client.force_login(someone)
    with django_assert_num_queries(3):  # session, member, memberships
        member = client.get("/style-guide/").content.decode()

    assert "site-footer" in stranger
    assert "csrfmiddlewaretoken" not in stranger
    assert 'id="sidenav"' in member
    assert 'action="/account/logout/"' in member
    assert 'href="/style-guide/" aria-current="page"' in member
    for page in (stranger, member):
        assert page.count("<h1") == 1
        assert " style=" not in page


@pytest.mark.django_db
def test_a_preview_is_for_members_and_safe(client, django_user_model):
    text = {"text": "**Ask** <script>x</script> [y](javascript:x)"}
    assert client.post("/preview/", text).status_code == 302
    client.force_login(django_user_model.objects.create_user("a@example.org"))

    html = client.post("/preview/", text).content.decode()

    assert "<strong>Ask</strong>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert client.get("/preview/").status_code == 405


@pytest.mark.django_db
def test_a_page_that_is_not_there_helps_to_find_it(client):
    answer = client.get("/never-was/")

    assert answer.status_code == 404
    assert b'action="/search/"' in answer.content
    assert b'href="/"' in answer.content


def test_a_broken_page_needs_nothing_that_may_be_broken(caplog):
    answer = views.broken(RequestFactory().get("/"))

    reference = caplog.messages[-1].rsplit(" ", 1)[1]
    assert f"<code>{reference}</code>" in answer.content.decode()
    assert answer.status_code == 500
    assert b"Sorry, this did not work." in answer.content
    assert b"csrf" not in answer.content
