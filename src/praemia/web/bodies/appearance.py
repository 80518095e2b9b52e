"""What clients send and read about how a programme appears: pictures and the public address."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.scalars import Body, Text

ADDRESS_ANSWER = {"program": "cafe", "address": "cafe"}
PICTURE_ANSWER = {
    "digest": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "path": "/pictures/cafe/5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef.webp",
    "width": 512,
    "height": 512,
    "made_at": "2026-03-03T09:00:00Z",
}
PICTURES_ANSWER = {"pictures": [PICTURE_ANSWER]}
PICTURE_FILES = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/png", "image/jpeg", "image/webp", "image/gif")
}


class AddressBody(Body):
    """The name people reach the programme by."""

    address: Annotated[Text, Field(description="1 to 64 small letters, digits and hyphens")]


class AddressAnswer(Answer):
    """The name people reach the programme by: /p/{address}, /m/{address}, /till/{address}, /console/{address}."""

    program: str
    address: str


class PictureAnswer(Answer):
    """A picture as it is kept: WebP, at most 1024 pixels wide and high. The digest is its name in the programme file."""

    digest: str
    path: str
    width: int
    height: int
    made_at: str


class PicturesAnswer(Answer):
    """The newest pictures, at most 500."""

    pictures: list[PictureAnswer]
