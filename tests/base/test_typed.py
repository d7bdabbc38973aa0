"""What is typed is kept as far as it can be."""

import json

import pytest

from base.typed import storable, typed_values


class Request:
    def __init__(self, body: bytes):
        self.body = body


def test_half_a_sign_and_nul_go_and_the_words_stay():
    assert storable("Wat een\0 dag \ud83d!") == "Wat een dag !"
    assert storable("Wat een dag 🎉!") == "Wat een dag 🎉!"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b'{"values": 3}', b'{"values": {"a": 1}}', b"\xff", b"[" * 100_000]
)
def test_anything_else_than_texts_by_name_is_nothing(body):
    assert typed_values(Request(body)) is None


def test_texts_by_name_are_cleaned():
    body = json.dumps({"values": {"example": "half \ud83d"}}).encode()
    assert typed_values(Request(body)) == {"example": "half "}
