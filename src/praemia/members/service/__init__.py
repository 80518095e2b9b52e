"""The verbs about members: membership, cards, and who took over from whom."""
