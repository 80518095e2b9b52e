"""The verbs of the tills: find, sell, undo, take back; terminals, snapshots, what they send, and what somebody settles."""
