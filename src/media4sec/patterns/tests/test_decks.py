"""Decks: who may read them, their order, two at once, and what they say on paper."""

import io

import pypdf
import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from media4sec.kit import standing, typesetting
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.marking import Attribution, Door, Label
from media4sec.kit.models import Activity
from media4sec.kit.permissions import may
from media4sec.members.models import Membership, Speaker
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory
from media4sec.patterns import printing, queries, services
from media4sec.patterns.models import MOST_CARDS, Deck, DeckCard
from media4sec.patterns.tests.factories import card, publish

pytestmark = pytest.mark.django_db


def signed_in(member):
    client = Client()
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return client


def a_deck(by, *titles, **said):
    deck = services.make_deck(by=by, **{"title": "Rumours on match day", **said})
    for title in titles:
        services.put_in(deck, publish(title), by=by)
    return deck


def order(deck):
    return [card.pattern.title for card in queries.cards_of(deck)]


def at(deck, title):
    return DeckCard.objects.get(deck=deck, pattern__title=title).pk


# Order


def test_cards_stand_in_the_order_they_came_until_they_are_moved():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two", "Three")

    services.move_up(deck, at(deck, "Three"), by=anna)
    services.move_down(deck, at(deck, "One"), by=anna)

    assert order(deck) == ["Three", "One", "Two"]


def test_the_first_stays_first_and_the_last_stays_last():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two")

    services.move_up(deck, at(deck, "One"), by=anna)
    services.move_down(deck, at(deck, "Two"), by=anna)

    assert order(deck) == ["One", "Two"]


def test_what_is_taken_out_leaves_no_gap_and_may_come_back():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two", "Three")
    gone = DeckCard.objects.get(pattern__title="Two")

    services.take_out(deck, gone.pk, by=anna)
    services.take_out(deck, gone.pk, by=anna)  # the second click
    services.put_in(deck, gone.pattern, by=anna)

    assert order(deck) == ["One", "Three", "Two"]
    assert [each.position for each in deck.cards.all()] == [1, 2, 3]


def test_a_pattern_is_in_a_deck_once():
    anna = MemberFactory()
    deck = a_deck(anna, "One")

    with pytest.raises(Refused, match="already"):
        services.put_in(deck, deck.cards.get().pattern, by=anna)


def test_a_deck_has_sixty_cards_at_most():
    anna = MemberFactory()
    deck = a_deck(anna)
    patterns = [publish(f"Pattern {number}") for number in range(MOST_CARDS + 1)]
    for number, pattern in enumerate(patterns[:MOST_CARDS], start=1):
        DeckCard.objects.create(deck=deck, pattern=pattern, position=number)

    with pytest.raises(Refused, match="60 cards"):
        services.put_in(deck, patterns[-1], by=anna)


def test_two_windows_that_move_cards_make_one_order():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two", "Three")
    other_window = Deck.objects.get(pk=deck.pk)
    three = at(deck, "Three")

    services.take_out(deck, at(deck, "One"), by=anna)
    services.move_up(other_window, three, by=anna)

    assert order(deck) == ["Three", "Two"]
    assert [each.position for each in deck.cards.all()] == [1, 2]


def test_a_card_of_another_deck_does_not_move():
    anna = MemberFactory()
    deck, other = a_deck(anna, "One"), a_deck(anna, "Two")

    with pytest.raises(Refused, match="not in the deck"):
        services.move_up(deck, other.cards.get().pk, by=anna)
    services.take_out(deck, other.cards.get().pk, by=anna)
    assert order(other) == ["Two"]


def test_who_was_overtaken_is_told_and_nothing_is_overwritten():
    anna = MemberFactory()
    deck = a_deck(anna)
    services.edit_deck(deck, by=anna, base_version=1, title="Newer title", note="")

    with pytest.raises(EditedMeanwhile):
        services.edit_deck(deck, by=anna, base_version=1, title="Older title", note="")
    page = signed_in(anna).post(
        f"/patterns/decks/{deck.pk}/edit/", {"version": "1", "title": "Mine again", "note": "x"}
    )

    assert page.status_code == 409
    said = page.content.decode()
    assert "Newer title" in said
    assert 'value="Mine again"' in said
    deck.refresh_from_db()
    assert deck.title == "Newer title"


# Who may


def people():
    """A circle with its member, its deck's author, and somebody outside."""
    anna, inside, outside = MemberFactory(), MemberFactory(), MemberFactory()
    circle = CircleFactory()
    for member in (anna, inside):
        MembershipFactory(circle=circle, member=member)
    return anna, inside, outside, circle


@pytest.mark.parametrize(
    ("label", "readers"),
    [
        (Label.CLEAR, {"stranger", "outside", "inside", "anna"}),
        (Label.GREEN, {"outside", "inside", "anna"}),
        (Label.AMBER, {"inside", "anna"}),
        (Label.AMBER_STRICT, {"inside", "anna"}),
        (Label.RED, {"inside", "anna"}),
    ],
)
def test_a_deck_is_there_for_its_readers_alone(label, readers):
    anna, inside, outside, circle = people()
    deck = a_deck(anna, "One", circle=circle, label=Label.RED, readers=[inside])
    Deck.objects.filter(pk=deck.pk).update(label=label)
    deck.refresh_from_db()
    visitors = {
        "stranger": Client(),
        "outside": signed_in(outside),
        "inside": signed_in(inside),
        "anna": signed_in(anna),
    }

    found = {name for name, client in visitors.items() if opens(client, deck)}

    assert found == readers
    for name, member in {"outside": outside, "inside": inside, "anna": anna}.items():
        assert may(member, "patterns.view_deck", deck) == (name in readers)


def opens(client, deck):
    return client.get(f"/patterns/decks/{deck.pk}/").status_code == 200


def test_a_red_deck_is_for_its_named_readers_and_its_title_in_no_list():
    anna, inside, outside, circle = people()
    third = MemberFactory()
    MembershipFactory(circle=circle, member=third)
    deck = a_deck(
        anna, circle=circle, label=Label.RED, readers=[inside], title="Raid on the harbour"
    )

    assert opens(signed_in(inside), deck)
    assert not opens(signed_in(third), deck)
    for reader in (anna, inside, third, outside):
        assert (
            "Raid on the harbour" not in signed_in(reader).get("/patterns/decks/").content.decode()
        )
    assert (
        f"/patterns/decks/{deck.pk}/" in signed_in(inside).get("/patterns/decks/").content.decode()
    )
    assert "Raid" not in signed_in(anna).get("/patterns/new/").content.decode()


def test_a_red_deck_needs_readers_that_the_circle_has():
    anna, _inside, outside, circle = people()

    with pytest.raises(Refused, match="at least one reader"):
        a_deck(anna, circle=circle, label=Label.RED)
    with pytest.raises(Refused, match="cannot be readers here"):
        a_deck(anna, circle=circle, label=Label.RED, readers=[outside])


def test_only_its_author_changes_a_deck():
    anna, inside, _outside, circle = people()
    deck = a_deck(anna, "One", circle=circle, label=Label.AMBER)
    one = at(deck, "One")

    for act in (
        lambda: services.put_in(deck, publish("Two"), by=inside),
        lambda: services.move_up(deck, one, by=inside),
        lambda: services.take_out(deck, one, by=inside),
        lambda: services.remark(deck, one, by=inside, text="x"),
        lambda: services.edit_deck(deck, by=inside, base_version=1, title="Mine", note=""),
        lambda: services.share_deck(deck, by=inside, circle=None, label=Label.CLEAR),
        lambda: services.delete_deck(deck, by=inside),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert order(deck) == ["One"]


def test_nobody_shares_a_deck_in_a_circle_they_are_not_in():
    _anna, _inside, outside, circle = people()

    with pytest.raises(PermissionDenied):
        a_deck(outside, circle=circle, label=Label.AMBER)
    deck = a_deck(outside)
    with pytest.raises(PermissionDenied):
        services.share_deck(deck, by=outside, circle=circle, label=Label.AMBER)


def test_who_leaves_the_circle_reads_its_decks_no_more():
    anna, inside, _outside, circle = people()
    deck = a_deck(anna, circle=circle, label=Label.AMBER)
    assert opens(signed_in(inside), deck)

    Membership.objects.filter(member=inside).delete()

    assert not opens(signed_in(inside), deck)


def test_a_deck_moves_to_a_circle_and_back():
    anna, inside, outside, circle = people()
    deck = a_deck(anna, label=Label.GREEN)

    services.share_deck(deck, by=anna, circle=circle, label=Label.AMBER)
    assert not opens(signed_in(outside), deck)
    assert "Rumours" in signed_in(inside).get("/patterns/decks/").content.decode()

    services.share_deck(deck, by=anna, circle=None, label=Label.CLEAR)
    assert opens(Client(), deck)


def test_a_sealed_deck_names_nobody_and_stays_in_its_circle():
    anna, inside, _outside, circle = people()
    deck = a_deck(anna, "One", circle=circle, label=Label.AMBER, attribution=Attribution.CHATHAM)

    page = signed_in(inside).get(f"/patterns/decks/{deck.pk}/").content.decode()
    text = text_of(signed_in(inside).get(f"/patterns/decks/{deck.pk}/sheet.pdf").content)

    assert anna.shown_name not in page + "".join(text)
    assert Speaker.objects.filter(member=anna).count() == 1
    assert queries.deck_entry(queries.fetch_decks([deck.pk])[0]).author_id is None
    with pytest.raises(Refused, match="Chatham"):
        services.share_deck(deck, by=anna, circle=None, label=Label.GREEN)


def test_what_is_deleted_is_gone_for_everybody_and_its_words_with_it():
    anna = MemberFactory()
    deck = a_deck(anna, "One", label=Label.CLEAR)
    services.remark(deck, at(deck, "One"), by=anna, text="A remark.")
    client = signed_in(anna)

    assert (
        "This cannot be undone."
        in client.get(f"/patterns/decks/{deck.pk}/delete/").content.decode()
    )
    assert opens(client, deck)
    client.post(f"/patterns/decks/{deck.pk}/delete/")

    assert not opens(client, deck)
    assert queries.fetch_decks([deck.pk]) == []
    assert not DeckCard.objects.filter(deck=deck).exists()
    deck.refresh_from_db()
    assert (deck.title, deck.note) == ("", "")
    assert client.get("/patterns/one/").status_code == 200


def test_what_a_moderator_hid_shows_no_card_and_is_not_printed():
    anna = MemberFactory()
    deck = a_deck(anna, "One", label=Label.CLEAR)
    services.remark(deck, at(deck, "One"), by=anna, text="A hidden remark.")
    standing.hide(deck, reason="It names somebody.", decision=1)

    page = signed_in(anna).get(f"/patterns/decks/{deck.pk}/").content.decode()

    assert "Rumours" not in page
    assert "A hidden remark." not in page
    assert "It names somebody." in page
    assert Client().get(f"/patterns/decks/{deck.pk}/cards.pdf").status_code == 403
    assert "A hidden remark." not in queries.deck_entry(queries.fetch_decks([deck.pk])[0]).text


def test_everything_that_is_done_is_written_down():
    anna = MemberFactory()
    deck = a_deck(anna, "One")
    services.remark(deck, at(deck, "One"), by=anna, text="x")
    services.edit_deck(deck, by=anna, base_version=1, title="Another", note="")
    services.share_deck(deck, by=anna, circle=None, label=Label.CLEAR)
    services.delete_deck(deck, by=anna)

    verbs = Activity.objects.filter(subject_kind="patterns.deck").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "made",
        "arranged",
        "remarked",
        "edited",
        "shared",
        "deleted",
    ]


def test_a_deck_is_found_as_far_as_its_label_goes():
    anna, _inside, _outside, circle = people()
    deck = a_deck(anna, "One", circle=circle, label=Label.AMBER_STRICT, note="Secret note.")
    services.remark(deck, at(deck, "One"), by=anna, text="Secret remark.")

    entry = queries.deck_entry(queries.fetch_decks([deck.pk])[0])

    assert "Secret note." in entry.text
    assert "Secret remark." in entry.text
    assert entry.through(Door.SEARCH).text == ""
    assert entry.through(Door.PUBLIC) is None


# Pages


def test_from_a_pattern_into_a_deck_in_three_clicks():
    anna = MemberFactory()
    publish("Webcare")
    client = signed_in(anna)
    assert "/patterns/webcare/collect/" in client.get("/patterns/webcare/").content.decode()

    made = client.post(
        "/patterns/decks/new/?circle=&put=webcare",
        {"title": "For Monday", "note": "", "label": "TLP:GREEN", "attribution": "named"},
    )
    deck = Deck.objects.get()
    assert made.url == f"/patterns/decks/{deck.pk}/"
    assert order(deck) == ["Webcare"]

    publish("Alert tool")
    client.post("/patterns/alert-tool/collect/", {"deck": deck.pk})
    again = client.post("/patterns/alert-tool/collect/", {"deck": deck.pk})
    assert order(deck) == ["Webcare", "Alert tool"]
    assert again.status_code == 422


def test_nobody_puts_a_card_into_the_deck_of_another():
    deck = a_deck(MemberFactory(), label=Label.GREEN)
    publish("Webcare")
    client = signed_in(MemberFactory())

    assert client.post("/patterns/webcare/collect/", {"deck": deck.pk}).status_code == 403
    assert client.post("/patterns/webcare/collect/", {"deck": "x"}).status_code == 404
    assert "Rumours" not in client.get("/patterns/webcare/collect/").content.decode()


def test_buttons_move_a_card_without_script():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two")
    client = signed_in(anna)
    two = at(deck, "Two")

    answer = client.post(f"/patterns/decks/{deck.pk}/cards/", {"do": f"up-{two}"})

    assert answer.url == f"/patterns/decks/{deck.pk}/#card-{two}"
    assert order(deck) == ["Two", "One"]
    assert client.post(f"/patterns/decks/{deck.pk}/cards/", {"do": "fly-1"}).status_code == 404
    assert client.get(f"/patterns/decks/{deck.pk}/cards/").status_code == 405


def test_a_remark_is_for_the_card_that_was_shown():
    anna = MemberFactory()
    deck = a_deck(anna, "One", "Two")
    one = at(deck, "One")
    services.move_down(deck, one, by=anna)  # in another window

    signed_in(anna).post(f"/patterns/decks/{deck.pk}/cards/1/", {"card": one, "remark": "Ask."})

    assert DeckCard.objects.get(pk=one).remark == "Ask."


def test_a_refused_form_comes_back_filled():
    anna = MemberFactory()

    page = signed_in(anna).post(
        "/patterns/decks/new/",
        {"title": "abc", "note": "My note.", "label": "TLP:GREEN", "attribution": "named"},
    )

    assert page.status_code == 422
    assert "four letters or more" in page.content.decode()
    assert "My note." in page.content.decode()
    assert not Deck.objects.exists()


@pytest.mark.parametrize("count", [1, 10])
def test_decks_ask_as_much_for_ten_as_for_one(count, django_assert_max_num_queries):
    anna, inside, _outside, circle = people()
    for number in range(count):
        a_deck(anna, f"Pattern {number}", circle=circle, label=Label.AMBER)
        a_deck(inside, circle=circle, label=Label.AMBER, attribution=Attribution.CHATHAM)
    deck = a_deck(anna, *(f"Card {number}" for number in range(count)))
    client = signed_in(inside)
    client.get("/patterns/decks/")

    with django_assert_max_num_queries(9):
        client.get("/patterns/decks/")
    with django_assert_max_num_queries(12):
        client.get(f"/patterns/decks/{deck.pk}/")


# On paper


def pages_of(content):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def text_of(content):
    """Page by page, without line breaks and the marks where long words may break."""
    return [" ".join(text.replace("\u200b", "").split()) for text in pages_of(content)]


@pytest.mark.parametrize(("layout", "pages"), [("cards", 2), ("slides", 4), ("sheet", 2)])
def test_what_is_printed_has_titles_addresses_and_the_label_on_every_page(layout, pages, settings):
    anna, inside, _outside, circle = people()
    deck = a_deck(anna, "Webcare", "Alert tool", "Tweetathon", circle=circle, label=Label.AMBER)
    services.remark(deck, at(deck, "Webcare"), by=anna, text="Ask who answered last.")

    response = signed_in(inside).get(f"/patterns/decks/{deck.pk}/{layout}.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert "public" not in response.get("Cache-Control", "")
    text = text_of(response.content)
    assert len(text) == pages
    for page in text:
        assert page.count("TLP:AMBER") >= 2  # head and foot
        assert inside.shown_name in page
    said = " ".join(text)
    for title, slug in (("Webcare", "webcare"), ("Alert tool", "alert-tool")):
        assert title.lower() in said.lower()
        assert f"{settings.SITE_URL.partition('://')[2]}/patterns/{slug}" in said
    assert "Ask who answered last." in said


def test_every_card_of_a_page_has_the_label_at_its_head_and_foot():
    anna = MemberFactory()
    deck = a_deck(anna, "Webcare", "Alert tool", label=Label.CLEAR)

    (page,) = text_of(Client().get(f"/patterns/decks/{deck.pk}/cards.pdf").content)

    assert page.count("TLP:CLEAR") == 4
    assert anna.shown_name not in page


@pytest.mark.parametrize("label", [Label.AMBER_STRICT, Label.RED])
def test_what_may_not_leave_its_page_is_not_printed(label):
    anna, inside, _outside, circle = people()
    deck = a_deck(anna, "Webcare", circle=circle, label=label, readers=[inside])

    for layout in printing.LAYOUTS:
        response = signed_in(inside).get(f"/patterns/decks/{deck.pk}/{layout}.pdf")
        assert response.status_code == 403
        assert b"%PDF" not in response.content
    page = signed_in(inside).get(f"/patterns/decks/{deck.pk}/").content.decode()
    assert "cards.pdf" not in page
    assert "not be printed" in page


def test_who_may_not_read_it_prints_nothing():
    anna, _inside, outside, circle = people()
    deck = a_deck(anna, "Webcare", circle=circle, label=Label.AMBER)

    assert signed_in(outside).get(f"/patterns/decks/{deck.pk}/cards.pdf").status_code == 404
    assert signed_in(anna).get(f"/patterns/decks/{deck.pk}/poster.pdf").status_code == 404


def test_an_empty_deck_says_that_there_is_nothing_to_print():
    deck = a_deck(MemberFactory(), label=Label.CLEAR)

    assert Client().get(f"/patterns/decks/{deck.pk}/cards.pdf").status_code == 422


ODD = '# $x$ @ref *b* _i_ \\n <tag> `c` ~ #let x = 1 // no /* no */ "q" {{ }} [ ]'


@pytest.mark.parametrize("layout", sorted(printing.LAYOUTS))
def test_signs_of_the_typesetter_come_out_as_text(layout):
    anna = MemberFactory(name="Anna #panic() $")
    deck = services.make_deck(by=anna, title=ODD, note="Note #panic[] $", label=Label.GREEN)
    odd = card(
        therefore="Therefore, #eval(1) and $y$ stay @signs <x> \\\\ here.",
        steps=("**#strong[A]** $step$ with \\\\ and @signs.",),
        limits=("A limit #read('/etc/passwd').",),
    )
    services.put_in(deck, publish("Title #1 $a$ @b", card=odd, summary="*So* #far \\ ~"), by=anna)
    services.remark(deck, deck.cards.get().pk, by=anna, text="A #remark $ with @ * \\ in it")

    text = " ".join(
        text_of(signed_in(anna).get(f"/patterns/decks/{deck.pk}/{layout}.pdf").content)
    ).lower()

    for words in (
        "title #1 $a$ @b",
        "*so* #far \\ ~",
        "a #remark $ with @ * \\ in it",
        "anna #panic() $",
        '#let x = 1 // no /* no */ "q"',
    ):
        assert words in text
    if layout != "sheet":
        assert "therefore, #eval(1) and $y$ stay @signs" in text
        assert "#strong[a] $step$" in text


def test_text_from_right_to_left_is_drawn_and_kept():
    anna = MemberFactory()
    deck = a_deck(anna, label=Label.CLEAR)
    services.put_in(deck, publish("שלום עולם", summary="مرحبا بالعالم", slug="rtl"), by=anna)

    content = Client().get(f"/patterns/decks/{deck.pk}/cards.pdf").content

    (text,) = text_of(content)
    assert "שלום" in text or "םולש" in text
    page = pypdfium2.PdfDocument(content)
    picture = page[0].render(scale=1).to_pil()
    assert picture.convert("L").getextrema()[0] < 60  # there is ink
    page.close()


def test_a_card_with_far_too_many_words_stays_on_its_paper_and_says_that_there_is_more():
    anna = MemberFactory()
    deck = a_deck(anna, label=Label.CLEAR)
    endless = card(steps=tuple(f"Step {n}. " + "many words " * 80 for n in range(12)))
    services.put_in(deck, publish("Endless", card=endless), by=anna)

    for layout, pages in (("cards", 1), ("slides", 2)):
        text = text_of(Client().get(f"/patterns/decks/{deck.pk}/{layout}.pdf").content)
        assert len(text) == pages
        assert text[-1].count("TLP:CLEAR") == 2
    (card_page,) = text_of(Client().get(f"/patterns/decks/{deck.pk}/cards.pdf").content)
    assert "There is more to this pattern" in card_page


def test_html_becomes_pieces_of_text():
    assert printing.paragraphs(
        "<p>A <strong>b</strong> &amp; <em>c</em></p><ul><li>d</li></ul>"
    ) == [
        [
            {"t": "A ", "b": False, "i": False},
            {"t": "b", "b": True, "i": False},
            {"t": " & ", "b": False, "i": False},
            {"t": "c", "b": False, "i": True},
        ],
        [{"t": "• ", "b": False, "i": False}, {"t": "d", "b": False, "i": False}],
    ]


def test_a_word_longer_than_any_line_may_be_broken():
    assert typesetting.breakable("short words") == "short words"
    assert typesetting.breakable("x" * 60).count("\u200b") == 4


def test_the_letters_shrink_with_the_words_and_never_vanish():
    few = printing.letters([("word " * 20, 1.0)], 355, 425, 9.6, headings=5)
    many = printing.letters([("word " * 2000, 1.0)], 355, 425, 9.6, headings=5)

    assert few == 9.6
    assert 4.0 < many < 6.0


def test_an_address_becomes_a_picture_that_says_nothing_else():
    drawn = typesetting.qr("https://example.org/patterns/webcare/")

    assert drawn.startswith("<svg")
    assert "script" not in drawn
    assert drawn != typesetting.qr("https://example.org/patterns/alert-tool/")
