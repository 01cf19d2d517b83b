"""What SQLite's planner cannot know of a young database: how the feed will look when it is large.

Without statistics it takes an organization for ten rows and reads the whole feed to look up a hundred ids.
`ANALYZE` would tell it, but only of what is there when it runs; so the shape is stated once, for good.
"""

from sqlalchemy import Connection, text

# Rows in all, then rows that agree in the first column of the index, in the first two, … (sqlite.org, fileformat2).
SHAPES = {
    ("feed", "feed"): "1000000 100000 500 1",
    ("feed", "ix_feed_document"): "1000000 100000 2 2 1",
    ("feed", "ix_feed_seq"): "1000000 100000 2 1",
}


def teach_planner(connection: Connection) -> None:
    """Store the shapes where SQLite keeps its statistics; connections read them when they open."""
    connection.execute(text("ANALYZE organization_head"))  # the table of statistics can be made in no other way
    for (table, index), shape in SHAPES.items():
        values = {"table": table, "index": index, "shape": shape}
        connection.execute(text("DELETE FROM sqlite_stat1 WHERE tbl = :table AND idx = :index"), values)
        connection.execute(text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:table, :index, :shape)"), values)
