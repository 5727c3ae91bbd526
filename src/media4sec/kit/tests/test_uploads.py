import errno
import io
import re
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from media4sec.kit import clock, pictures, uploads
from media4sec.kit.errors import Refused
from media4sec.kit.incoming import too_large_to_read
from media4sec.kit.models import Upload
from media4sec.kit.tests.things import PDF, a_thing, picture, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("upload_folder")]
MEGABYTE = 1024 * 1024


def bring(file, *, owner=None, alt="A street", place="topic:"):
    return uploads.receive(owner=owner or somebody(), file=file, alt=alt, place=place)


def opened(upload):
    return Image.open(upload.file.open())


def lying(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


# What a file is, its content says


@pytest.mark.parametrize(
    ("form", "mode", "ending", "kept_mode"),
    [
        ("JPEG", "RGB", "jpg", "RGB"),
        ("JPEG", "L", "jpg", "L"),
        ("JPEG", "CMYK", "jpg", "RGB"),
        ("PNG", "RGB", "png", "RGB"),
        ("PNG", "RGBA", "png", "RGBA"),
        ("PNG", "LA", "png", "LA"),
        ("PNG", "P", "png", "P"),
        ("PNG", "1", "png", "1"),
        ("PNG", "I;16", "png", "L"),
        ("WEBP", "RGB", "webp", "RGB"),
        ("WEBP", "RGBA", "webp", "RGBA"),
    ],
)
def test_a_picture_stays_what_it_is(form, mode, ending, kept_mode):
    colour = {"RGBA": (9, 9, 9, 120), "LA": (9, 120)}.get(mode)

    upload = bring(picture(form, mode, (31, 17), name="Street view.exe", colour=colour))

    assert (upload.type, upload.name) == (Upload.Type.PICTURE, f"Street view.{ending}")
    assert (upload.width, upload.height) == (31, 17)
    assert upload.size == upload.file.size
    assert opened(upload).format == form
    assert opened(upload).mode == kept_mode


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + b"\x01\x00\x01\x00" + b"\x00" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ" + b"\x00" * 100,
        b"PK\x03\x04" + b"\x00" * 100,
        b"\x00\x00\x00\x1cftypheic" + b"\x00" * 100,
        b"%!PS-Adobe-3.0",
        b"\n%PDF-1.7\n%%EOF",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"just words",
    ],
)
@pytest.mark.parametrize("name", ["photo.jpg", "paper.pdf"])
def test_a_name_makes_nothing_a_picture_or_pdf(content, name, upload_folder):
    with pytest.raises(Refused, match="Only JPEG, PNG and WebP pictures and PDF files"):
        bring(SimpleUploadedFile(name, content, content_type="image/jpeg"))

    assert not Upload.objects.exists()
    assert lying(upload_folder) == []


def test_a_pdf_is_kept_as_it_came():
    upload = bring(SimpleUploadedFile("Report 2026.html", PDF), alt="")

    assert (upload.type, upload.name) == (Upload.Type.PDF, "Report 2026.pdf")
    assert upload.file.open().read() == PDF
    assert upload.size == len(PDF)


def test_a_pdf_without_its_end_is_refused():
    with pytest.raises(Refused, match="This PDF is damaged"):
        bring(SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"x" * 5000))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(form):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    content = io.BytesIO()
    noise.save(content, form)

    with pytest.raises(Refused, match="damaged or not complete"):
        bring(SimpleUploadedFile("a.jpg", content.getvalue()[: len(content.getvalue()) // 2]))


def test_an_empty_file_is_refused():
    with pytest.raises(Refused, match="This file is empty"):
        bring(SimpleUploadedFile("a.jpg", b""))


# Rebuilt from pixels


SECRET = b"52.37N 4.89E Anna de Vries"


def _with_everything(form):
    """A picture whose every corner tells where it was made."""
    image = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x010E] = exif[0x8298] = SECRET.decode()
    options = {"exif": exif.tobytes(), "icc_profile": SECRET * 9}
    if form == "JPEG":
        options["comment"] = SECRET
    if form in {"JPEG", "WEBP"}:
        options["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    if form == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", SECRET.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET.decode())
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue() + b"<script>" + SECRET + b"</script>"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_survives(form):
    content = _with_everything(form)
    assert content.count(SECRET) >= 3

    upload = bring(SimpleUploadedFile("a.jpg", content))

    kept = upload.file.open().read()
    assert SECRET not in kept
    assert SECRET not in zlib.compress(kept)
    image = opened(upload)
    image.load()
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
        "progressive",
        "progression",
        "loop",
        "background",
        "timestamp",
        "duration",
    }


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (39, 0)),
        (3, (39, 19)),
        (4, (0, 19)),
        (5, (0, 0)),
        (6, (19, 0)),
        (7, (19, 39)),
        (8, (0, 39)),
    ],
)
def test_a_picture_stands_upright_as_the_camera_was_held(orientation, corner):
    image = Image.new("RGB", (40, 20), "black")
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = io.BytesIO()
    image.save(content, "PNG", exif=exif.tobytes())

    shown = opened(bring(SimpleUploadedFile("a.png", content.getvalue())))

    assert shown.size == ((20, 40) if orientation >= 5 else (40, 20))
    assert shown.getpixel(corner) == (255, 255, 255)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_is_no_reason_to_refuse():
    content = io.BytesIO()
    Image.new("RGB", (40, 20)).save(content, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")

    assert bring(SimpleUploadedFile("a.jpg", content.getvalue())).width == 40


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_only_the_first_frame_of_an_animation_is_kept(form):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    content = io.BytesIO()
    frames[0].save(content, form, save_all=True, append_images=frames[1:], lossless=True)

    image = opened(bring(SimpleUploadedFile("a", content.getvalue())))

    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5))[0] > 200


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("PNG", "P"), ("PNG", "RGBA"), ("WEBP", "RGB")]
)
def test_no_side_is_longer_than_a_screen_shows(form, mode):
    upload = bring(picture(form, mode, (3000, 600)))

    assert (upload.width, upload.height) == (2400, 480)
    assert opened(upload).size == (2400, 480)


def test_a_palette_keeps_its_colours_and_its_transparency():
    image = Image.new("P", (20, 20), 1)
    image.putpalette([0, 0, 0, 10, 200, 30])
    plain, clear = io.BytesIO(), io.BytesIO()
    image.save(plain, "PNG")
    image.save(clear, "PNG", transparency=1)

    kept = opened(bring(SimpleUploadedFile("a.png", plain.getvalue()))).convert("RGB")
    seen_through = opened(bring(SimpleUploadedFile("a.png", clear.getvalue()))).convert("RGBA")

    assert kept.getpixel((5, 5)) == (10, 200, 30)
    assert seen_through.getpixel((5, 5))[3] == 0


# Too much


def _bomb(width, height):
    """A PNG of some bytes that says it has these many pixels."""

    def chunk(name, content):
        whole = name + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_000, 5_001), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("decoded"))

    with pytest.raises(Refused, match=r"too many pixels|damaged"):
        bring(SimpleUploadedFile("a.png", _bomb(*size)))


def test_forty_million_pixels_are_not_too_many():
    assert pictures.MOST_PIXELS == 8_000 * 5_000

    with pytest.raises(Refused, match="damaged"):  # it is a stump, but it was opened
        bring(SimpleUploadedFile("a.png", _bomb(8_000, 5_000)))


def test_a_file_larger_than_the_limit_is_refused(settings):
    settings.UPLOAD_BYTES = MEGABYTE

    with pytest.raises(Refused, match="The limit is 1 MB"):
        bring(SimpleUploadedFile("a.pdf", PDF + b" " * MEGABYTE))


def _request(settings, **files):
    """A form with a text, and files, as it comes over the wire."""
    settings.UPLOAD_BYTES = MEGABYTE
    return RequestFactory().post("/", {"body": "My long text", **files})


def test_the_surplus_of_a_huge_file_is_never_kept_but_the_text_is(settings):
    huge = SimpleUploadedFile("huge.pdf", PDF + b"x" * (60 * MEGABYTE))

    request = _request(settings, file=huge)

    assert request.POST["body"] == "My long text"
    assert request.FILES["file"].size == huge.size
    assert request.FILES["file"].read() == b""
    with pytest.raises(Refused, match="too large"):
        bring(request.FILES["file"])


def test_a_file_within_the_limit_arrives_whole(settings):
    request = _request(settings, file=SimpleUploadedFile("a.pdf", PDF + b" " * 700_000 + PDF))

    assert bring(request.FILES["file"], alt="").file.size == 2 * len(PDF) + 700_000
    request.close()


@pytest.mark.parametrize("breaks", ["write", "flush"])
def test_a_disk_that_is_full_while_a_file_arrives_takes_no_text_away(settings, monkeypatch, breaks):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        "django.core.files.uploadedfile.TemporaryUploadedFile." + breaks, full, raising=False
    )
    request = _request(settings, file=SimpleUploadedFile("a.pdf", PDF + b" " * 700_000))

    assert request.POST["body"] == "My long text"
    with pytest.raises(Refused, match="could not be kept: our disk"):
        bring(request.FILES["file"])


def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(monkeypatch, upload_folder):
    real = default_storage._save

    def half(name, content):
        real(name, content)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", lambda _, *a: half(*a))

    with pytest.raises(Refused, match="Your text is kept"):
        bring(picture())

    assert not Upload.objects.exists()
    assert lying(upload_folder) == []


def test_a_form_takes_ten_files():
    owner = somebody()
    for _ in range(uploads.MOST_FILES):
        bring(SimpleUploadedFile("a.pdf", PDF), owner=owner)

    with pytest.raises(Refused, match="10 files"):
        bring(SimpleUploadedFile("a.pdf", PDF), owner=owner)
    bring(SimpleUploadedFile("a.pdf", PDF), owner=owner, place="reply:1")


@pytest.mark.parametrize(
    ("length", "is_too_long"), [("", False), ("123", False), ("x", False), (str(10**9), True)]
)
def test_an_endless_request_is_recognised_by_what_it_says(length, is_too_long):
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = length

    assert too_large_to_read(request) is is_too_long


def test_an_endless_request_gets_a_page_with_a_way_on(client):
    response = client.post("/files/1/", CONTENT_LENGTH=str(10**9))

    assert response.status_code == 413
    assert "your text is still there" in response.content.decode()


# Words


@pytest.mark.parametrize("alt", ["", "   ", "\u202e\x00"])
def test_a_picture_needs_words(alt):
    with pytest.raises(Refused, match="for people who cannot see it"):
        bring(picture(), alt=alt)


def test_words_have_a_length():
    with pytest.raises(Refused, match="300 letters"):
        bring(picture(), alt="x" * 301)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Straße.PNG", "Straße.jpg"),
        ("a.tar.gz", "a.tar.jpg"),
        ("..\\..\\boot.ini", "boot.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ('a"; filename="x.html', "a filename=x.jpg"),
        ("\x00", "file.jpg"),
        (".htaccess", "file.jpg"),
        ("x" * 300 + ".jpg", "x" * 100 + ".jpg"),
    ],
)
def test_a_name_loses_its_tricks(name, kept):
    file = picture()
    file._name = name

    assert bring(file).name == kept


def test_files_lie_under_names_that_say_nothing(upload_folder):
    first, second = bring(picture(name="anna.jpg")), bring(picture(name="anna.jpg"))

    assert "anna" not in first.file.name
    assert first.file.name != second.file.name
    assert {path.name for path in lying(upload_folder)} == {
        Path(first.file.name).name,
        Path(second.file.name).name,
    }


# Who carries them


def test_a_thing_carries_what_its_writer_brought():
    owner, thing = somebody(), a_thing()
    first, second = (
        bring(picture(), owner=owner),
        bring(SimpleUploadedFile("b.pdf", PDF), owner=owner),
    )

    carried = uploads.attach(uploads.waiting(owner, "topic:"), to=thing, by=owner)

    assert carried == uploads.carried_by(thing)
    assert carried == [
        {
            "id": first.pk,
            "type": "picture",
            "name": "picture.jpg",
            "alt": "A street",
            "size": first.size,
            "width": 30,
            "height": 20,
        },
        {
            "id": second.pk,
            "type": "pdf",
            "name": "b.pdf",
            "alt": "A street",
            "size": len(PDF),
            "width": None,
            "height": None,
        },
    ]
    assert uploads.waiting(owner, "topic:") == []


def test_what_is_added_later_comes_after():
    owner, thing = somebody(), a_thing()
    first = bring(picture(), owner=owner)
    uploads.attach([first], to=thing, by=owner)
    second = bring(picture(), owner=owner)

    carried = uploads.attach([second.pk], to=thing, by=owner)

    assert [each["id"] for each in carried] == [first.pk, second.pk]


def test_nobody_attaches_the_file_of_another():
    theirs, thing = bring(picture()), a_thing()

    with pytest.raises(Refused, match="no longer there"):
        uploads.attach([theirs], to=thing, by=somebody())

    assert uploads.carried_by(thing) == []


def test_a_file_is_carried_by_one_thing_only():
    owner, thing = somebody(), a_thing()
    upload = bring(picture(), owner=owner)
    uploads.attach([upload], to=thing, by=owner)

    with pytest.raises(Refused, match="no longer there"):
        uploads.attach([upload], to=a_thing(), by=owner)

    assert len(uploads.carried_by(thing)) == 1


def test_a_thing_carries_ten_files_at_most():
    owner, thing = somebody(), a_thing()
    for number in range(uploads.MOST_FILES):
        bring(SimpleUploadedFile("a.pdf", PDF), owner=owner, place=f"topic:{number}")
    uploads.attach(Upload.objects.filter(owner=owner), to=thing, by=owner)
    late = bring(SimpleUploadedFile("a.pdf", PDF), owner=owner)

    with pytest.raises(Refused, match="10 files"):
        uploads.attach([late], to=thing, by=owner)

    late.refresh_from_db()
    assert late.thing_kind == ""


def test_only_its_owner_removes_a_file(django_capture_on_commit_callbacks, upload_folder):
    owner = somebody()
    upload = bring(picture(), owner=owner)

    with pytest.raises(PermissionDenied):
        uploads.remove(upload, by=somebody())
    assert len(lying(upload_folder)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        uploads.remove(upload, by=owner)
    assert lying(upload_folder) == []
    assert not Upload.objects.exists()


def test_what_a_deleted_thing_carried_is_gone(django_capture_on_commit_callbacks, upload_folder):
    owner, thing, other = somebody(), a_thing(), a_thing()
    uploads.attach([bring(picture(), owner=owner)], to=thing, by=owner)
    uploads.attach([bring(picture(), owner=owner)], to=other, by=owner)

    with django_capture_on_commit_callbacks(execute=True):
        uploads.wipe(thing)

    assert uploads.carried_by(thing) == []
    assert len(uploads.carried_by(other)) == 1
    assert len(lying(upload_folder)) == 1


def test_a_file_stays_when_removing_it_came_to_nothing(
    django_capture_on_commit_callbacks, upload_folder
):
    owner = somebody()
    upload = bring(picture(), owner=owner)

    with django_capture_on_commit_callbacks(execute=False):
        uploads.remove(upload, by=owner)

    assert len(lying(upload_folder)) == 1


def test_where_one_picture_fits_the_last_one_waits_and_its_name_is_forgotten(
    django_capture_on_commit_callbacks, upload_folder
):
    owner, other = somebody(), somebody()
    elsewhere = [bring(picture(), owner=owner), bring(picture(), owner=other, place="card:")]

    with django_capture_on_commit_callbacks(execute=True):
        for alt in ("The first", "The last"):
            file = picture("PNG", name="desk-of-somebody.png")
            uploads.receive_picture(owner=owner, file=file, alt=alt, place="card:")

    (waits,) = uploads.waiting(owner, "card:")
    assert (waits.alt, waits.name) == ("The last", "picture.png")
    assert len(lying(upload_folder)) == 1 + len(elsewhere)


def test_a_picture_that_is_refused_leaves_the_one_that_waits():
    owner = somebody()
    said = {"owner": owner, "alt": "A street", "place": "card:"}
    first = uploads.receive_picture(file=picture(), **said)

    for file in (SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("a.png", b"words")):
        with pytest.raises(Refused, match=r"is no picture|WebP pictures can be added\."):
            uploads.receive_picture(file=file, **said)

    assert uploads.waiting(owner, "card:") == [first]


def test_what_is_handed_over_is_for_the_readers_of_what_carries_it_then(client, things):
    owner, reader = somebody(), somebody()
    narrow, wide = a_thing(owner), a_thing()
    (carried,) = uploads.attach([bring(picture(), owner=owner)], to=narrow, by=owner)
    client.force_login(reader)
    before = client.get(f"/files/{carried['id']}/").status_code

    uploads.hand_over(narrow, to=wide)

    after = client.get(f"/files/{carried['id']}/").status_code
    assert (before, after) == (404, 200)
    assert (uploads.carried_by(narrow), uploads.carried_by(wide)) == ([], [carried])


def test_files_that_nobody_sent_are_swept_after_a_week(
    django_capture_on_commit_callbacks, upload_folder
):
    owner, thing = somebody(), a_thing()
    with clock.pretend(clock.now() - timedelta(days=8)):
        stale = bring(picture(), owner=owner)
        carried = bring(picture(), owner=owner, place="topic:carried")
    uploads.attach([carried], to=thing, by=owner)
    fresh = bring(picture(), owner=owner)

    with django_capture_on_commit_callbacks(execute=True):
        uploads.sweep_uploads()

    assert set(Upload.objects.values_list("pk", flat=True)) == {carried.pk, fresh.pk}
    assert not default_storage.exists(stale.file.name)
    assert len(lying(upload_folder)) == 2


# Through the door


def _carried(thing, file, *, owner=None):
    owner = owner or somebody()
    upload = bring(file, owner=owner)
    uploads.attach([upload], to=thing, by=owner)
    return upload


def _content(response):
    return b"".join(response.streaming_content)


def _same_words(response):
    """The page without what differs each time."""
    page = re.sub(r'csrf[^>]*"[\w-]{64}"', "", response.content.decode())
    return re.sub(r"/files/\d+/", "", page)


def test_a_picture_is_shown_to_the_readers_of_its_thing(client, things):
    reader = somebody()
    upload = _carried(a_thing(reader), picture("PNG"))
    client.force_login(reader)

    response = client.get(upload.get_absolute_url())

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="picture.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-cache"
    assert _content(response) == upload.file.open().read()


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x05\x06" + b"\0" * 18])
def test_a_pdf_that_is_something_else_too_is_only_ever_a_download(client, things, tail):
    upload = _carried(a_thing(), SimpleUploadedFile("x.html", PDF + tail))

    response = client.get(upload.get_absolute_url())

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="x.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_file_of_a_hidden_thing_is_as_if_it_never_was(client, things):
    reader, owner = somebody(), somebody()
    upload = _carried(a_thing(reader), picture(), owner=owner)

    for visitor in (None, somebody(), owner):
        if visitor:
            client.force_login(visitor)
        hidden = client.get(upload.get_absolute_url())
        never = client.get(f"/files/{upload.pk + 1}/")
        assert hidden.status_code == never.status_code == 404
        assert _same_words(hidden) == _same_words(never)


def test_a_waiting_file_is_for_its_owner_alone(client, things):
    owner = somebody()
    upload = bring(picture(), owner=owner)

    assert client.get(upload.get_absolute_url()).status_code == 404
    client.force_login(somebody())
    assert client.get(upload.get_absolute_url()).status_code == 404
    client.force_login(owner)
    assert client.get(upload.get_absolute_url()).status_code == 200


def test_a_file_of_a_kind_that_is_not_open_is_not_served(client, upload_folder):
    upload = _carried(a_thing(), picture())

    assert client.get(upload.get_absolute_url()).status_code == 404


def test_only_what_everybody_may_read_lies_in_shared_caches(client, things):
    reader = somebody()
    public, narrow = _carried(a_thing(), picture()), _carried(a_thing(reader), picture())

    shared = client.get(public.get_absolute_url())
    client.force_login(reader)
    mine, own = client.get(public.get_absolute_url()), client.get(narrow.get_absolute_url())

    assert shared["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert mine["Cache-Control"] == own["Cache-Control"] == "private, no-cache"
    assert "Cookie" in shared["Vary"]


def test_a_picture_is_sent_once_but_its_door_is_asked_each_time(client, things):
    thing = a_thing()
    upload = _carried(thing, picture())
    tag = client.get(upload.get_absolute_url())["ETag"]

    again = client.get(upload.get_absolute_url(), headers={"If-None-Match": tag})
    thing.slug += "-r0r"
    thing.save()
    narrowed = client.get(upload.get_absolute_url(), headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert narrowed.status_code == 404


def test_a_file_that_is_lost_is_not_found(client, things, upload_folder):
    upload = _carried(a_thing(), picture())
    for path in lying(upload_folder):
        path.unlink()

    assert client.get(upload.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_files_are_only_read(client, things, method):
    upload = _carried(a_thing(), picture())

    assert getattr(client, method)(upload.get_absolute_url()).status_code == 405
