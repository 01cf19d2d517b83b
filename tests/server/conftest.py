"""What tests of the server use."""

from support.furnished import furnished_url, house
from support.postbox import mailing, postbox

__all__ = ["furnished_url", "house", "mailing", "postbox"]
