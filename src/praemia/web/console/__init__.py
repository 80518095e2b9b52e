"""The operator's console: how the programme is doing, its members, the people who work with it, and the proof of it all."""
