"""Signing in and joining: the pages of staff and members, invitations, and everybody's own ways in."""
