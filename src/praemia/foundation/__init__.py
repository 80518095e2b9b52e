"""The ground floor: database, clock, ids, errors, settings. Knows no word of loyalty."""
