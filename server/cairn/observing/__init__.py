"""How an operator sees what a server does: log lines, metrics and traces, none of which names a person."""
