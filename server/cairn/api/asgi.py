"""The application as an ASGI server loads it."""

from cairn.api.application import create_application
from cairn.kernel.settings import load_settings
from cairn.observing.logs import configure_logging

settings = load_settings()
configure_logging(settings)
application = create_application(settings)
