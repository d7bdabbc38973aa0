"""What comes in as a picture leaves as a picture and nothing else."""

from io import BytesIO

import piexif
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin
from wagtail.models import Collection

from base.models import PortalImage, PortalMedia
from base.photos import clean_photo
from tests.factories import UserFactory

PLACE = {
    piexif.GPSIFD.GPSLatitudeRef: b"N",
    piexif.GPSIFD.GPSLatitude: ((52, 1), (22, 1), (3000, 100)),
    piexif.GPSIFD.GPSLongitudeRef: b"E",
    piexif.GPSIFD.GPSLongitude: ((4, 1), (53, 1), (2000, 100)),
}
CANARY = b"Verstopt-4711"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + CANARY + b"</x:xmpmeta>"


def _exif(orientation: int = 1) -> bytes:
    return piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: CANARY, piexif.ImageIFD.Orientation: orientation},
            "Exif": {piexif.ExifIFD.UserComment: CANARY},
            "GPS": PLACE,
            "1st": {},
            "thumbnail": None,
        }
    )


def _picture(kind: str, mode: str = "RGB", size=(60, 40), orientation: int = 1, **options) -> bytes:
    image = Image.new(mode, size, 0)
    target = BytesIO()
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = text
    elif kind in ("JPEG", "WEBP", "HEIF", "AVIF"):
        options["xmp"] = XMP
    if kind == "JPEG":
        options["comment"] = CANARY
    if kind == "GIF":
        options["comment"] = CANARY
    else:
        options |= {"exif": _exif(orientation), "icc_profile": PROFILE}
    image.save(target, kind, **options)
    return target.getvalue()


def _clean(raw: bytes, name: str, **options):
    cleaned = clean_photo(ContentFile(raw, name=name), **options)
    return cleaned, Image.open(BytesIO(cleaned.read()))


@pytest.mark.parametrize(
    ("kind", "name", "becomes"),
    [
        ("JPEG", "beach.JPG", "beach.jpg"),
        ("PNG", "beach.png", "beach.png"),
        ("WEBP", "beach.webp", "beach.webp"),
        ("GIF", "beach.gif", "beach.gif"),
        ("HEIF", "beach.heic", "beach.jpg"),
        ("AVIF", "beach.avif", "beach.jpg"),
        ("JPEG", "beach.heic", "beach.jpg"),
    ],
)
def test_a_picture_keeps_its_looks_and_loses_the_rest(kind, name, becomes):
    raw = _picture(kind, "P" if kind == "GIF" else "RGB")
    assert CANARY in raw or kind in ("HEIF", "AVIF")
    cleaned, image = _clean(raw, name)
    cleaned.seek(0)
    stored = cleaned.read()
    assert cleaned.name == becomes
    assert CANARY not in stored
    assert b"GPS" not in stored
    assert b"xmpmeta" not in stored
    assert not image.getexif()
    assert not {"exif", "xmp", "XML:com.adobe.xmp", "Comment"} & set(image.info)
    assert image.size == (60, 40)
    if kind not in ("GIF",):
        assert image.info["icc_profile"]


@pytest.mark.parametrize(("orientation", "size"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
def test_a_picture_stands_upright(orientation, size):
    assert _clean(_picture("JPEG", orientation=orientation), "a.jpg")[1].size == size


def test_a_picture_from_a_camera_with_two_pictures_in_one_file_becomes_one():
    target = BytesIO()
    Image.new("RGB", (60, 40)).save(
        target, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")], exif=_exif()
    )
    cleaned, image = _clean(target.getvalue(), "a.jpg")
    assert image.format == "JPEG"
    assert getattr(image, "n_frames", 1) == 1


def test_a_moving_picture_still_moves():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    target = BytesIO()
    frames[0].save(
        target, "GIF", save_all=True, append_images=frames[1:], duration=[50, 60, 70], loop=0, comment=CANARY
    )
    assert CANARY in target.getvalue()
    cleaned, image = _clean(target.getvalue(), "a.gif")
    cleaned.seek(0)
    assert CANARY not in cleaned.read()
    assert image.n_frames == 3
    assert image.info["duration"] == 50


def test_transparent_parts_stay_transparent():
    assert _clean(_picture("PNG", "RGBA"), "a.png")[1].mode == "RGBA"
    assert _clean(_picture("HEIF", "RGBA"), "a.heic")[0].name == "a.webp"


def test_a_picture_for_print_becomes_one_for_screens():
    target = BytesIO()
    Image.new("CMYK", (10, 10)).save(target, "JPEG")
    assert _clean(target.getvalue(), "a.jpg")[1].mode == "RGB"


def test_a_huge_picture_is_made_smaller():
    target = BytesIO()
    Image.new("L", (6000, 3000)).save(target, "JPEG")
    assert _clean(target.getvalue(), "a.jpg")[1].size == (4096, 2048)


def test_a_portrait_is_square_and_small():
    cleaned, image = _clean(_picture("PNG", "RGBA", (900, 500)), "me.png", square=320)
    assert (image.size, image.format, cleaned.name) == ((320, 320), "JPEG", "me.jpg")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"MZ this is a program",
        b"<html><script>alert(1)</script></html>",
        _picture("JPEG")[:300],
        _picture("PNG")[:-30],
        b"GIF89a" + b"\xff" * 50,
        b"%PDF-1.4",
    ],
    # Made pictures differ by the second, and each process of a run has to have the same names.
    ids=["nothing", "program", "page", "half a JPEG", "half a PNG", "half a GIF", "PDF"],
)
def test_what_is_no_picture_is_refused(raw):
    with pytest.raises(ValidationError) as caught:
        clean_photo(ContentFile(raw, name="a.jpg"))
    assert caught.value.code == "unreadable"


def test_kinds_that_are_rarely_pictures_are_refused():
    for kind in ("TIFF", "BMP", "PDF", "EPS", "ICO"):
        target = BytesIO()
        Image.new("RGB", (10, 10)).save(target, kind)
        with pytest.raises(ValidationError):
            clean_photo(ContentFile(target.getvalue(), name="a.png"))


def test_the_limit_is_named_when_a_file_is_too_big(settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1024
    with pytest.raises(ValidationError) as caught:
        clean_photo(ContentFile(b"x" * 2048, name="a.jpg"))
    assert "1,0\xa0KB" in caught.value.message


def test_the_limit_is_named_when_a_picture_has_too_many_pixels(settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 2_000_000
    target = BytesIO()
    Image.new("1", (3000, 3000)).save(target, "PNG")
    with pytest.raises(ValidationError, match="2 "):
        clean_photo(ContentFile(target.getvalue(), name="a.png"))


def test_a_small_file_that_unpacks_to_a_giant_is_refused():
    target = BytesIO()
    Image.new("1", (30000, 30000)).save(target, "PNG")
    with pytest.raises(ValidationError) as caught:
        clean_photo(ContentFile(target.getvalue(), name="a.png"))
    assert caught.value.code == "too_many_pixels"


@pytest.mark.django_db
def test_whichever_way_a_picture_comes_in_the_stored_file_and_its_copies_know_no_place():
    image = PortalImage(title="Beach", file=ContentFile(_picture("JPEG", orientation=6), name="beach.jpg"))
    image.save()
    image.refresh_from_db()
    rendition = image.get_rendition("width-30")
    for stored in (image.file, rendition.file):
        raw = stored.open().read()
        assert CANARY not in raw
        assert piexif.load(raw)["GPS"] == {}
    assert (image.width, image.height) == (40, 60)
    assert image.file_size == image.file.size
    assert len(image.file_hash) == 40


@pytest.mark.django_db
def test_saving_a_picture_again_leaves_its_file_alone():
    image = PortalImage(title="Beach", file=ContentFile(_picture("JPEG"), name="beach.jpg"))
    image.save()
    name, digest = image.file.name, image.file_hash
    image = PortalImage.objects.get(pk=image.pk)
    image.title = "Sea"
    image.save()
    assert (image.file.name, image.file_hash) == (name, digest)


@pytest.mark.django_db
def test_an_upload_in_the_admin_is_cleaned(as_user):
    client = as_user(UserFactory(is_superuser=True))
    upload = SimpleUploadedFile("beach.heic", _picture("HEIF"), content_type="image/heic")
    response = client.post("/admin/images/add/", {"title": "Beach", "file": upload, "collection": 1, "tags": ""})
    assert response.status_code == 302, response.context["form"].errors
    image = PortalImage.objects.get()
    assert image.file.name.endswith(".jpg")
    assert piexif.load(image.file.open().read())["GPS"] == {}


@pytest.mark.django_db
def test_several_uploads_at_once_are_cleaned(as_user):
    client = as_user(UserFactory(is_superuser=True))
    upload = SimpleUploadedFile("beach.jpg", _picture("JPEG"), content_type="image/jpeg")
    response = client.post(
        "/admin/images/multiple/add/",
        {"files[]": upload, "title": "Beach", "collection": 1},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.json()["success"], response.json()
    assert piexif.load(PortalImage.objects.get().file.open().read())["GPS"] == {}


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [b"no picture", b"", _picture("JPEG")[:200]])
def test_a_wrong_upload_in_the_admin_is_a_message_beside_the_field(as_user, raw):
    client = as_user(UserFactory(is_superuser=True))
    response = client.post(
        "/admin/images/add/", {"title": "Typed", "file": SimpleUploadedFile("a.jpg", raw), "collection": 1, "tags": ""}
    )
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert response.context["form"]["title"].value() == "Typed"
    assert not PortalImage.objects.exists()


@pytest.mark.django_db
def test_a_colleagues_photo_is_cleaned_by_code_too():
    user = UserFactory(photo=ContentFile(_picture("JPEG", size=(800, 600)), name="me.jpg"))
    user.refresh_from_db()
    image = Image.open(user.photo.open())
    assert image.size == (320, 320)
    assert not image.getexif()


@pytest.mark.django_db
def test_editors_are_told_who_can_open_a_file(as_user):
    Collection.get_first_root_node().add_child(name="Board")
    admin = as_user(UserFactory(is_superuser=True))
    for path in ("images/add/", "documents/add/", "media/video/add/"):
        form = admin.get(f"/admin/{path}").context["form"]
        assert str(form.fields["collection"].help_text) in str(form["collection"].as_field_group())


@pytest.mark.django_db
def test_the_still_of_a_video_is_cleaned():
    media = PortalMedia.objects.create(
        title="Clip",
        type="video",
        duration=1,
        file=ContentFile(b"clip", name="clip.webm"),
        thumbnail=ContentFile(_picture("JPEG"), name="still.jpg"),
    )
    assert CANARY not in media.thumbnail.open().read()
