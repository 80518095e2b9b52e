"""The verbs about orders, one file each."""
