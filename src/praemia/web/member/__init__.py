"""The member's app: the card, points and where they came from, rewards, and everything about oneself."""
