"""The floor of a push: what the database alone takes to store what the pushes stored.

Everything that a number of batches wrote is read off two copies of the database, before and after. The bare driver
then writes exactly those rows (inserts, updates of the columns that changed, deletes) into a third copy: prepared
values, the same tables and indexes, `executemany`, as many transactions as there were batches. Rows that every
batch touches (device, head, last fix) are written once only: the floor is a little too low, never too high.
"""

from collections import defaultdict
from collections.abc import Mapping

from bench.stores import Store, Transaction, Values

TABLES: Mapping[str, tuple[str, ...]] = {
    "visit": ("organization_id", "id"),
    "account": ("organization_id", "id"),
    "last_fix": ("organization_id", "id"),
    "feed": ("organization_id", "bucket_number", "seq"),
    "bucket": ("organization_id", "number"),
    "command_log": ("organization_id", "id"),
    "device": ("organization_id", "id"),
    "organization_head": ("organization_id",),
}


async def difference(store: Store, before: str, after: str, parts: int) -> list[Transaction]:
    """What turns one copy into the other, split evenly into transactions."""
    transactions: list[Transaction] = [[] for _ in range(parts)]
    for table, keys in TABLES.items():
        for statement, rows in (await _changes(store, table, keys, before, after)).items():
            if statement.startswith("DELETE"):  # at once, so that unique indexes hold
                transactions[0].append((statement, rows))
                continue
            for part, transaction in enumerate(transactions):
                share = rows[part * len(rows) // parts : (part + 1) * len(rows) // parts]
                if share:
                    transaction.append((statement, share))
    return transactions


async def _changes(store: Store, table: str, keys: tuple[str, ...], before: str, after: str) -> dict[str, list[Values]]:
    """Statement → rows of parameters; deletes first."""
    columns, new_rows = await store.read(after, table)
    _, old_rows = await store.read(before, table)
    places = [columns.index(key) for key in keys]
    old = {tuple(row[place] for place in places): row for row in old_rows}
    new = {tuple(row[place] for place in places): row for row in new_rows}
    where = " AND ".join(f"{key} = ${number}" for number, key in enumerate(keys, start=1))
    statements: dict[str, list[Values]] = defaultdict(list)
    statements[f"DELETE FROM {table} WHERE {where}"] = [key for key in old if key not in new]
    insert = f"INSERT INTO {table} VALUES ({', '.join(f'${number + 1}' for number in range(len(columns)))})"
    for key, row in new.items():
        if key not in old:
            statements[insert].append(row)
        elif row != old[key]:
            changed = [place for place in range(len(columns)) if row[place] != old[key][place]]
            settings = ", ".join(f"{columns[place]} = ${len(keys) + 1 + n}" for n, place in enumerate(changed))
            values = (*key, *(row[place] for place in changed))
            statements[f"UPDATE {table} SET {settings} WHERE {where}"].append(values)
    return statements
