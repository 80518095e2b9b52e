"""The rule language: pure values in, verdicts out. No database, no clock, no ids, no randomness, no floats."""
