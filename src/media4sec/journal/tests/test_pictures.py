"""Pictures stand where their line stands, with alt text, size and caption."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from media4sec.journal import services, writing
from media4sec.journal.tests.factories import ArticleFactory, words
from media4sec.kit import uploads
from media4sec.kit.errors import Refused

PICTURE = {"id": 12, "type": "picture", "alt": 'A "wet" street', "width": 800, "height": 600}


def bring(owner, place="article:new", alt="A wet street"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(content, "PNG")
    file = SimpleUploadedFile("street.png", content.getvalue())
    return uploads.receive(owner=owner, file=file, alt=alt, place=place)


def test_a_picture_stands_where_its_line_stands():
    html = writing.html_of("Before.\n\n[picture 12: The *street* at night]\n\nAfter.", [PICTURE])

    assert html.index("Before") < html.index("<figure") < html.index("After")
    assert 'src="/files/12/" alt="A &quot;wet&quot; street" width="800" height="600"' in html
    assert "The <em>street</em> at night</figcaption>" in html


def test_a_picture_needs_no_caption():
    assert "figcaption" not in writing.html_of("[picture 12]", [PICTURE])


@pytest.mark.parametrize(
    "body",
    [
        "See [picture 12] in the text.",
        "`[picture 12]`",
        "    [picture 12]",
        "**[picture 12]**",
    ],
)
def test_only_a_line_of_its_own_is_a_picture(body):
    assert "<figure" not in writing.html_of(body, [PICTURE])


@pytest.mark.parametrize(
    "caption",
    ["<script>x()</script>", '" onload="x()', "![x](javascript:x())", "[a](javascript:x())"],
)
def test_a_caption_cannot_bring_what_a_text_cannot(caption):
    html = writing.html_of(f"[picture 12: {caption}]", [PICTURE])

    assert "<script" not in html
    assert re.findall("<img [^>]*>", html) == [
        '<img src="/files/12/" alt="A &quot;wet&quot; street" width="800" height="600"'
        ' loading="lazy">'
    ]
    assert 'href="javascript' not in html


def test_a_picture_that_is_not_there_is_refused():
    for attachments in ([], [{**PICTURE, "type": "pdf"}]):
        with pytest.raises(Refused, match="no picture 12"):
            writing.html_of("[picture 12]", attachments)


def test_the_pictures_of_a_new_article_are_brought_first(editor):
    picture = bring(editor)

    article = services.draft(
        words(body=f"Look:\n\n[picture {picture.pk}: A street]", uploads=[picture]), by=editor
    )

    picture.refresh_from_db()
    assert (picture.thing_kind, picture.thing_id) == ("journal.article", article.pk)
    assert f'src="/files/{picture.pk}/"' in article.body_html
    assert article.attachments[0]["alt"] == "A wet street"


def test_a_refused_text_leaves_its_pictures_waiting(editor):
    picture = bring(editor)

    with pytest.raises(Refused):
        services.draft(words(title="No", uploads=[picture]), by=editor)

    assert uploads.waiting(editor, "article:new") == [picture]


def test_a_picture_of_a_draft_is_for_nobody_else(client, editor, signed_in, member):
    picture = bring(editor)
    article = services.draft(words(uploads=[picture]), by=editor)
    address = f"/files/{picture.pk}/"

    before = [client.get(address).status_code, signed_in(member).get(address).status_code]
    for_editor = signed_in(editor).get(address).status_code
    type(article).objects.filter(pk=article.pk).update(
        state="published", published_at="2027-01-01T00:00Z", reviewed_by=member
    )
    client.logout()

    assert (before, for_editor) == ([404, 404], 200)
    assert "public" in client.get(address)["Cache-Control"]


def test_a_picture_of_a_retracted_article_is_gone_with_it(client, editor):
    article = ArticleFactory(written_by=editor)
    picture = bring(editor)
    services.edit(article, words(uploads=[picture]), by=editor, base_version=1)
    before = client.get(f"/files/{picture.pk}/").status_code

    services.retract(article, by=editor, reason="Wrong.")

    assert (before, client.get(f"/files/{picture.pk}/").status_code) == (200, 404)
