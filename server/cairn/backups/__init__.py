"""`cairn backup` and `cairn restore`: one file that holds the database as of one moment, and every stored file."""
