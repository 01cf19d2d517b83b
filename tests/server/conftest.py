"""What tests of the server use."""

from support.furnished import furnished_url, house

__all__ = ["furnished_url", "house"]
