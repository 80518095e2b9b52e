"""What messaging needs of the outside world."""

from __future__ import annotations

from typing import Protocol

from praemia.messaging.model import Mail


class Transport(Protocol):
    """Takes a mail away. `message_id` names the mail for ever, so that the world may tell a repetition."""

    async def send(self, mail: Mail, message_id: str) -> None:
        """Raises MailNotSent (try again) or MailRefused (never)."""
