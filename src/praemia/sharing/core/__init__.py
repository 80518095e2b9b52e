"""Pure parts of sharing: who pays which part, and the words for it."""
