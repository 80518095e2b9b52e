"""How a programme file speaks of what members may agree to: `consents`. Its texts are kept with the version, so they prove themselves."""

from __future__ import annotations

from pydantic import Field

from praemia.programs.core.blocks import Block, Names


class ConsentBlock(Block):
    """One purpose a member may say yes or no to, and take back."""

    name: Names = Field(description="What members read first.", examples=[{"de": "Newsletter", "en": "Newsletter"}])
    text: Names = Field(
        description="The whole text they agree to. Text, or one text per language.",
        examples=[{"de": "Ich möchte Angebote per E-Mail erhalten.", "en": "I want offers by e-mail."}],
    )
