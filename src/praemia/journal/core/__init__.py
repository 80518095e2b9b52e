"""Pure parts of the journal: what a repetition is."""
