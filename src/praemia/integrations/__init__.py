"""Adapters to the world of files and shops: their words in, our words out. They use the journeys' verbs, like any edge."""
