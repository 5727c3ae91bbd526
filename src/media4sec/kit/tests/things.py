"""People and things for the kit's tests, which know no community."""

import io
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind

_numbers = count(1)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def somebody(name="Somebody"):
    """An account."""
    return get_user_model().objects.create_user(
        f"somebody{next(_numbers)}@example.org", name=name, confirmed_at=timezone.now()
    )


def a_thing(*readers: Any, title="A thing"):
    """Something for these readers only, or for everybody when none is named."""
    number = next(_numbers)
    slug = f"thing-{number}" + "".join(f"-r{reader.pk}r" for reader in readers)
    return Theme.objects.create(slug=slug, title=title, position=number % 30_000)


@dataclass(frozen=True)
class Things(Kind):
    """A kind whose things say in their slug who may read them."""

    def visible_to(self, visitor):
        return Theme.objects.filter(~Q(slug__contains="-r") | Q(slug__contains=f"-r{visitor.pk}r"))


def entry(thing):
    is_public = "-r" not in thing.slug
    return Entry(
        ref=Ref.to(thing),
        title=thing.title,
        text=thing.body,
        html=thing.body_html,
        url=thing.get_absolute_url(),
        label=Label.CLEAR if is_public else Label.AMBER,
        attribution=Attribution.NAMED,
        author="Somebody",
        author_id=1,
        at=timezone.now(),
    )


THINGS = Things(
    model=Theme,
    title="Thing",
    plural="Things",
    icon="box",
    entry=entry,
    fetch=lambda keys: Theme.objects.filter(pk__in=keys).order_by("pk"),
)


def picture(form="JPEG", mode="RGB", size=(30, 20), name="picture.jpg", colour=None, **options):
    """A picture as somebody sends it."""
    content = io.BytesIO()
    Image.new(mode, size, colour or 0).save(content, form, **options)
    return SimpleUploadedFile(name, content.getvalue())
