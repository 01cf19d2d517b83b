"""What codes of an import mean, for the operator who reads them in a terminal or in the report."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_LISTED = 20

SENTENCES = {
    "duplicate": "the same name at the same place is there already",
    "name_missing": "there is no name in this row",
    "too_long": "{field} is longer than {limit} characters",
    "too_many_tags": "more than {limit} tags",
    "position_invalid": "{lat}, {lon} is no position on the globe",
    "too_many_columns": "more than {limit} columns",
    "cell_too_long": "column {column} holds more than {limit} characters",
    "not_permitted": "the owner's role may not create customers",
    "table_unreadable": "The file cannot be read as a table.",
    "table_empty": "The file has no rows.",
    "table_too_large": "The file is too large: at most {limit} {what}.",
    "table_unsupported": "This is {format}, which cannot be imported: save it as XLSX or CSV first.",
    "table_encrypted": "The workbook has a password: save it without one first.",
    "table_damaged": "The file calls itself a workbook but cannot be read as one.",
    "table_sheet_unknown": "There is no such sheet; there are: {sheets}.",
    "table_quote_not_closed": "A quotation mark opens in row {row} and is never closed.",
    "encoding_unknown": "The encoding cannot be told: name it with --encoding ({supported}).",
    "encoding_wrong": "The file is not in {encoding}: byte {at_byte} does not fit.",
    "import_name_column_missing": "No column is called a name: choose one with --map name=HEADING. Columns: {columns}.",
    "import_column_unknown": "There is no column {column}; there are: {columns}.",
    "import_field_unknown": "A customer has no field {field}; --map takes: {fields}.",
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The words for a code; the bare code where there are none."""
    plain = {name: _listed(value) if isinstance(value, list) else value for name, value in params.items()}
    try:
        return SENTENCES[code].format_map(plain)
    except KeyError:
        return f"{code} {dict(plain)}" if plain else code


def _listed(values: Sequence[Any]) -> str:
    given = [str(value) for value in values if value != ""]
    more = f" and {len(given) - MOST_LISTED} more" if len(given) > MOST_LISTED else ""
    return (", ".join(given[:MOST_LISTED]) or "none") + more
