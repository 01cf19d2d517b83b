"""Cairn: an offline-sync field service CRM."""

__version__ = "0.1.0"
