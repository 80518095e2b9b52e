"""Pure parts of identity: how codes are spelled, what a mail says."""
