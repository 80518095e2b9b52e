"""Pure parts of the catalogue: offers and how codes are spelled."""
