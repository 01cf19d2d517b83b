"""What tests of bad input use: the same houses as the server's tests."""

from support.furnished import furnished_url, house

__all__ = ["furnished_url", "house"]
