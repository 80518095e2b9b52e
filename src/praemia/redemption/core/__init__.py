"""Pure parts of the redemption journey: the states, what is promised, and the words for it."""
