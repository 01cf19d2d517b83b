"""Every seq that the server gives out, in the order of its commits: the feed itself keeps only the newest.

Triggers in the simulation's database note what is written with a seq; a rolled back transaction leaves no trace.
"""

import sqlite3
from dataclasses import dataclass

TRIGGERS = """
CREATE TABLE simulation_journal (place INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TRIGGER simulation_feed AFTER INSERT ON feed
BEGIN INSERT INTO simulation_journal (seq) VALUES (new.seq); END;
CREATE TRIGGER simulation_given AFTER INSERT ON bucket_grant
BEGIN INSERT INTO simulation_journal (seq) VALUES (new.since_seq); END;
CREATE TRIGGER simulation_taken AFTER UPDATE OF until_seq ON bucket_grant WHEN new.until_seq IS NOT NULL
BEGIN INSERT INTO simulation_journal (seq) VALUES (new.until_seq); END;
CREATE TRIGGER simulation_joined AFTER INSERT ON membership
BEGIN INSERT INTO simulation_journal (seq) VALUES (new.since_seq); END;
CREATE TRIGGER simulation_left AFTER UPDATE OF until_seq ON membership WHEN new.until_seq IS NOT NULL
BEGIN INSERT INTO simulation_journal (seq) VALUES (new.until_seq); END;
"""


@dataclass
class Journal:
    """Reads on from where it stopped."""

    connection: sqlite3.Connection
    organization: str
    place: int = 0
    seq: int = 0

    def begin(self) -> None:
        """Take what there is as read: the company's founding, or a backup that was restored."""
        self.seq = head_seq(self.connection, self.organization)
        (self.place,) = self.connection.execute("SELECT coalesce(max(place), 0) FROM simulation_journal").fetchone()

    def check(self) -> None:
        """What was committed since the last look has exactly the seqs that follow, and the head says so."""
        rows = self.connection.execute(
            "SELECT place, seq FROM simulation_journal WHERE place > ? ORDER BY place", (self.place,)
        ).fetchall()
        head = head_seq(self.connection, self.organization)
        given = sorted({seq for _, seq in rows})
        assert given == list(range(self.seq + 1, head + 1)), f"seqs {given} do not lead from {self.seq} to {head}"
        self.place = rows[-1][0] if rows else self.place
        self.seq = head


def head_seq(connection: sqlite3.Connection, organization: str) -> int:
    statement = "SELECT seq FROM organization_head WHERE organization_id = ?"
    (seq,) = connection.execute(statement, (organization,)).fetchone()
    return int(seq)
