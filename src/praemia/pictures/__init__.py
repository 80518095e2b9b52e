"""The front door of the pictures: taken in, drawn anew, and found by what they show."""

from praemia.pictures.errors import PictureUnreadable
from praemia.pictures.model import Picture
from praemia.pictures.service import find_picture, keep, list_pictures

__all__ = ["Picture", "PictureUnreadable", "find_picture", "keep", "list_pictures"]
