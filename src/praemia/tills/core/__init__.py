"""The pure part of the tills: what is signed and how, bands, and when something happened."""
