"""The verbs of the catalogue: stock, codes, gift cards, donations."""
