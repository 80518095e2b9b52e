"""How a programme file speaks of its looks: `brand`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Block
from praemia.programs.model import Font

COLOUR = read.identifier(r"#[0-9A-Fa-f]{6}", 'a colour in quotes, such as "#a14a26"')
PICTURE = read.identifier(r"[0-9a-f]{64}", "the digest that the upload of a picture answers")


class BrandBlock(Block):
    """Colours, font and logo of the pages that members and staff see."""

    colour: Annotated[str, COLOUR] = Field(
        default="#9a3f12", description="Buttons, links and the card. Must be readable as text on a light page.", examples=["#9a3f12"]
    )
    colour_dark: Annotated[str, COLOUR] | None = Field(
        default=None, description="The same on dark pages. Default: the colour, lightened until it can be read.", examples=["#f0a070"]
    )
    accent: Annotated[str, COLOUR] = Field(default="#2d62a0", description="The second colour of charts.", examples=["#2d62a0"])
    font: Annotated[Font, read.choice(Font)] = Field(
        default=Font.SYSTEM, description="A family every device has. Nothing is loaded from elsewhere."
    )
    logo: Annotated[str, PICTURE] | None = Field(default=None, description="An uploaded picture, by its digest. Default: our own mark.")
