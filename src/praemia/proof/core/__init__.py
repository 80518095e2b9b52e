"""The pure half of the proof: how rows, seals and checkpoints are spelled and hashed, signatures, and comparing rows with leaves."""
