"""The sync protocol: messages and steps, with no web and no CRM in them (see sync/PROTOCOL.md)."""
