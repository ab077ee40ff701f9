"""What is known so far about each row, kept in a file so that memory use stays constant."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

import click

from cli.backfill.manifest import Row
from cli.backfill.reconciliation.completion_report import TaskOutcome
from cli.backfill.reconciliation.verdict import Evidence, expected_outputs
from textract_pipeline.aws.items import document_from_item, document_to_item
from textract_pipeline.document import Document, ObjectVersion, document_id

_OBJECTS_AT_ONCE = 3000
_DOCUMENTS_AT_ONCE = 100  # the most that one BatchGetItem call returns

# A version is '' if a row has none. `known` is 0 until AWS has been asked; the thing may still not exist.
_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -32000; -- KiB
    CREATE TABLE row
        (number INTEGER PRIMARY KEY, bucket, key, version, succeeded, message, document_id, unlisted DEFAULT 0);
    CREATE INDEX row_of_object ON row (bucket, key, version);
    CREATE TABLE object (bucket, key, version, known DEFAULT 0, etag, PRIMARY KEY (bucket, key, version)) WITHOUT ROWID;
    CREATE TABLE document (document_id PRIMARY KEY, known DEFAULT 0, item) WITHOUT ROWID;
    CREATE TABLE output (document_id, name, bucket, key, PRIMARY KEY (document_id, name)) WITHOUT ROWID;
"""
_EVIDENCE = """
    SELECT row.bucket, row.key, row.version, row.succeeded, row.message, object.etag, document.item,
        (SELECT min(number) FROM row AS earlier
         WHERE (earlier.bucket, earlier.key, earlier.version) = (row.bucket, row.key, row.version)),
        (SELECT group_concat(name) FROM output JOIN object AS stored USING (bucket, key)
         WHERE output.document_id = row.document_id AND stored.version = '' AND stored.etag IS NULL),
        row.unlisted
    FROM row JOIN object USING (bucket, key, version) LEFT JOIN document USING (document_id)
    ORDER BY row.number
"""


class LedgerError(click.ClickException):
    """The ledger's file cannot be written."""

    exit_code = 1


class Ledger:
    """The rows of a manifest, and what is known about their tasks, objects, documents, and outputs."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(_TABLES)
        database.create_function("document_id", 3, document_id, deterministic=True)

    @property
    def rows(self) -> int:
        """How many rows the manifest has."""
        return self._count("SELECT count(*) FROM row")

    @property
    def unknown_objects(self) -> int:
        """How many objects have not been looked up in S3."""
        return self._count("SELECT count(*) FROM object WHERE NOT known")

    @property
    def unknown_documents(self) -> int:
        """How many documents have not been looked up in DocumentsTable."""
        return self._count("SELECT count(*) FROM document WHERE NOT known")

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Add the rows, numbered from 1; their objects are still unknown."""
        values = ((row.bucket, row.key, row.version_id or "") for row in rows)
        self._database.executemany("INSERT INTO row (bucket, key, version) VALUES (?, ?, ?)", values)
        self._want_objects()

    def add_planned(self, rows: Iterable[Row]) -> None:
        """Add the planned rows that S3 did not list, in any version, as rows of their own behind the others."""
        values = ((row.bucket, row.key, row.version_id or "") for row in rows)
        self._database.executemany(
            "INSERT INTO row (bucket, key, version, unlisted) SELECT ?1, ?2, ?3, 1"
            " WHERE NOT EXISTS (SELECT 1 FROM row WHERE (bucket, key) = (?1, ?2))",
            values,
        )
        self._want_objects()

    def add_tasks(self, tasks: Iterable[tuple[ObjectVersion, TaskOutcome]]) -> None:
        """Add how a job's tasks ended. A later job overrides an earlier one, but a failure never a success."""
        values = (
            (task.succeeded, task.message, task.document_id, item.bucket, item.key, item.version_id or "")
            for item, task in tasks
        )
        self._database.executemany(
            "UPDATE row SET succeeded = ?1, message = ?2, document_id = ?3"
            " WHERE bucket = ?4 AND key = ?5 AND version = ?6 AND (?1 OR succeeded IS NOT 1)",
            values,
        )
        self._want_documents()

    def identify_by_content(self) -> None:
        """Identify the documents of rows without a report by their objects' content, if S3 has returned it."""
        self._database.execute(
            "UPDATE row SET document_id = (SELECT document_id(bucket, key, etag) FROM object WHERE etag IS NOT NULL"
            " AND (object.bucket, object.key, object.version) = (row.bucket, row.key, row.version))"
            " WHERE document_id IS NULL"
        )
        self._want_documents()

    def wanted_documents(self) -> Iterator[list[str]]:
        """The ids of the unknown documents, a hundred at a time; they may become known in the meantime."""
        last = ""
        while found := self._database.execute(
            "SELECT document_id FROM document WHERE document_id > ? AND NOT known ORDER BY document_id LIMIT ?",
            (last, _DOCUMENTS_AT_ONCE),
        ).fetchall():
            ids = [identifier for (identifier,) in found]
            yield ids
            last = ids[-1]

    def add_documents(self, ids: Sequence[str], documents: Mapping[str, Document]) -> None:
        """Add the documents found for these ids; the outputs that they should have become unknown objects."""
        items = ((json.dumps(document_to_item(documents[one])) if one in documents else None, one) for one in ids)
        self._database.executemany("UPDATE document SET known = 1, item = ? WHERE document_id = ?", items)
        outputs = [
            (document.document_id, name, document.bucket, document.output_prefix + name)
            for document in documents.values()
            for name in expected_outputs(document)
        ]
        self._database.executemany("INSERT INTO output VALUES (?, ?, ?, ?)", outputs)
        objects = ((bucket, key) for *_, bucket, key in outputs)
        self._database.executemany("INSERT OR IGNORE INTO object (bucket, key, version) VALUES (?, ?, '')", objects)

    def trust_versions(self) -> None:
        """Skip S3 for versions whose documents are known: except for `null`, their content never changes."""
        self._database.execute(
            "UPDATE object SET known = 1, etag = json_extract(found.item, '$.eTag')"
            " FROM (SELECT bucket, key, version, item FROM row JOIN document USING (document_id)) AS found"
            " WHERE object.version NOT IN ('', 'null') AND found.item IS NOT NULL"
            " AND (object.bucket, object.key, object.version) = (found.bucket, found.key, found.version)"
        )

    def wanted_objects(self) -> Iterator[list[ObjectVersion]]:
        """The unknown objects in S3's order, a few thousand at a time; they may become known in the meantime."""
        last = ("", "", "")
        while found := self._database.execute(
            "SELECT bucket, key, version FROM object WHERE (bucket, key, version) > (?, ?, ?) AND NOT known"
            " ORDER BY bucket, key, version LIMIT ?",
            (*last, _OBJECTS_AT_ONCE),
        ).fetchall():
            yield [ObjectVersion(bucket, key, version or None) for bucket, key, version in found]
            last = found[-1]

    def add_objects(self, objects: Iterable[ObjectVersion]) -> None:
        """Add the current ETags of objects, or None."""
        values = ((item.etag, item.bucket, item.key, item.version_id or "") for item in objects)
        self._database.executemany(
            "UPDATE object SET known = 1, etag = ? WHERE bucket = ? AND key = ? AND version = ?", values
        )

    def evidence(self, backfill: str | None) -> Iterator[Evidence]:
        """Everything known about each row, in the order of the manifest."""
        found = self._database.execute(_EVIDENCE)
        for number, (bucket, key, version, succeeded, message, etag, item, first, missing, unlisted) in enumerate(
            found, start=1
        ):
            yield Evidence(
                Row(bucket, key, version or None),
                backfill,
                repeats=first if first < number else None,
                task=None if message is None else TaskOutcome(bool(succeeded), message),
                etag_now=etag,
                document=document_from_item(json.loads(item)) if item else None,
                missing_outputs=missing.split(",") if missing else (),
                is_listed=not unlisted,
            )

    def _want_objects(self) -> None:
        self._database.execute(
            "INSERT OR IGNORE INTO object (bucket, key, version) SELECT DISTINCT bucket, key, version FROM row"
        )

    def _want_documents(self) -> None:
        self._database.execute(
            "INSERT OR IGNORE INTO document (document_id)"
            " SELECT DISTINCT document_id FROM row WHERE document_id IS NOT NULL"
        )

    def _count(self, query: str) -> int:
        count: int = self._database.execute(query).fetchone()[0]
        return count


@contextmanager
def new_ledger() -> Iterator[Ledger]:
    """A ledger in a temporary file, deleted with it. Raises LedgerError if the disk is full."""
    try:
        with closing(sqlite3.connect("")) as database:
            yield Ledger(database)
    except sqlite3.OperationalError as error:
        raise LedgerError(f"The rows' temporary file cannot be written: {error} (TMPDIR sets its folder).") from error
