"""Pure: text in, values and faults out. No database, no clock."""
