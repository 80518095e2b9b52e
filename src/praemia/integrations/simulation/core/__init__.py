"""The pure half of the simulation: chains, people, and what happens on a day. All chance comes from the seed."""
