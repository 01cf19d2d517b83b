"""The edge: parse, call, answer."""
