"""Uploads in a bucket: the same pages, the same checks, and no address of the bucket for anybody."""

import boto3
import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from moto.server import ThreadedMotoServer
from wagtail.models import Collection, CollectionViewRestriction

from base.models import PortalDocument, PortalMedia
from base.ranges import StorageAwayError
from operations.checks import Status, files
from search.document_texts import read_texts
from search.models import DocumentText
from tests.factories import ImageFactory
from tests.search.finding import pdf

pytestmark = pytest.mark.django_db
KEYS = {"aws_access_key_id": "portal", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}


@pytest.fixture(scope="module")
def service():
    """A service that speaks S3, in a thread."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def options(endpoint: str) -> dict:
    return {
        "bucket_name": "uploads",
        "endpoint_url": endpoint,
        "region_name": "eu-west-1",
        "access_key": "portal",
        "secret_key": "secret",
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "default_acl": None,
    }


@pytest.fixture
def bucket(service, settings):
    """The bucket that the portal keeps its uploads in, empty."""
    resource = boto3.resource("s3", endpoint_url=service, **KEYS)
    bucket = resource.Bucket("uploads")
    if bucket.creation_date is None:
        bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket.objects.all().delete()
    storage = {"BACKEND": "base.buckets.BucketStorage", "OPTIONS": options(service)}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return bucket


@pytest.fixture
def away(bucket, settings):
    """``away()``: from now on nobody answers."""

    def go() -> None:
        storage = {"BACKEND": "base.buckets.BucketStorage", "OPTIONS": options("http://127.0.0.1:9")}
        settings.STORAGES = {**settings.STORAGES, "default": storage}

    return go


def document(**fields) -> PortalDocument:
    return PortalDocument.objects.create(title="Regels", file=ContentFile(b"0123456789", "regels.txt"), **fields)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_document_is_passed_on_after_the_check(bucket, as_user, user):
    kept = document()
    assert [stored.key for stored in bucket.objects.all()] == [kept.file.name]
    assert Client().get(kept.url).status_code == 302
    response = as_user(user).get(kept.url)
    assert (response.status_code, body(response)) == (200, b"0123456789")
    assert response["Cache-Control"] == "private, no-store"
    # Nothing leads to the bucket, whoever reads the answer.
    assert "127.0.0.1" not in str(response.headers)


def test_a_closed_collection_closes_what_is_in_the_bucket(bucket, as_user, user):
    board = Collection.get_first_root_node().add_child(name="Board")
    rule = CollectionViewRestriction.objects.create(collection=board, restriction_type="groups")
    rule.groups.add(Group.objects.create(name="Board"))
    assert as_user(user).get(document(collection=board).url).status_code == 403


def test_a_player_gets_the_part_it_asks_for_and_no_more_is_fetched(bucket, as_user, user):
    video = PortalMedia.objects.create(
        title="Welkom", type="video", duration=1, file=ContentFile(bytes(range(200)), "welkom.mp4")
    )
    response = as_user(user).get(video.url, headers={"Range": "bytes=190-"})
    assert (response.status_code, body(response)) == (206, bytes(range(190, 200)))
    assert response["Content-Range"] == "bytes 190-199/200"
    etag = response["ETag"]
    assert as_user(user).get(video.url, headers={"If-None-Match": etag}).status_code == 304
    assert as_user(user).get(video.url, headers={"Range": "bytes=500-"}).status_code == 416


def test_pictures_are_scaled_from_and_into_the_bucket(bucket, as_user, user):
    image = ImageFactory()
    rendition = image.get_rendition("width-40|format-webp")
    names = {stored.key for stored in bucket.objects.all()}
    assert {image.file.name, rendition.file.name} <= names
    assert rendition.url == f"/media/{rendition.file.name}"
    response = as_user(user).get(rendition.url)
    assert response.status_code == 200 and body(response)[:4] == b"RIFF"
    rendition.delete()


def test_two_files_of_one_name_are_two_files(bucket):
    assert document().file.name != document().file.name
    assert len(list(bucket.objects.all())) == 2


def test_the_text_of_a_document_is_read_from_the_bucket(bucket):
    kept = PortalDocument.objects.create(title="Verlof", file=ContentFile(pdf("Verlof vraag je aan"), "verlof.pdf"))
    read_texts([kept.pk])
    assert "Verlof vraag je aan" in str(DocumentText.objects.get(document=kept).parts)


def test_a_bucket_that_is_away_is_said_and_what_is_in_it_is_not_forgotten(bucket, as_user, user, away):
    kept = document()
    away()
    kept = PortalDocument.objects.get(pk=kept.pk)
    response = as_user(user).get(kept.url)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    with pytest.raises(StorageAwayError), transaction.atomic():
        document()
    assert read_texts([kept.pk]) == 0
    assert not DocumentText.objects.exists()
    assert files.look_at_storage().status is Status.FAIL


def test_what_was_deleted_from_the_bucket_behind_our_back_is_not_found(bucket, as_user, user):
    kept = document()
    bucket.objects.all().delete()
    assert as_user(user).get(kept.url).status_code == 404


def test_the_doctor_writes_and_deletes_in_the_bucket(bucket):
    assert files.look_at_storage().status is Status.OK
    assert not list(bucket.objects.all())
