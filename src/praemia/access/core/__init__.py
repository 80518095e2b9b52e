"""The pure half of access: the shape of a key and the grammar of permissions. No database, no clock, no randomness."""
