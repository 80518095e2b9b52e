"""The pure half of the bulk import: reading a mapping, making commands, keeping the tally."""
