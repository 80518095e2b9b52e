"""The pure part of pictures: bytes in, bytes out."""
