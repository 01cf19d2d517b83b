"""`cairn import`: customers from a file, on the command line."""
