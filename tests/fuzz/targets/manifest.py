"""The manifest of a backfill: a CSV file, or S3 Inventory's manifest.json and the files that it names."""

import gzip
import json
from io import StringIO

from hypothesis import strategies as st

from cli.backfill.manifest import (
    CSV_FORMAT,
    INVENTORY_FORMAT,
    ManifestError,
    ManifestLocation,
    Row,
    parse_csv,
    read_rows,
    write_rows,
)
from tests.fuzz.mutation import changed_bytes, changed_json
from tests.fuzz.stored import ETAG, stored
from tests.fuzz.target import Target

FIELDS = ("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size", "ETag", "StorageClass")
ROWS = (
    b"my-bucket,scans/a.pdf\nmy-bucket,b%20c%2B.png\n",
    b'my-bucket,"a,b.pdf",version\r\n"my-bucket","c""d.pdf",null\r\n',
    b'"b","k+%C3%BC","v","true","false","123","abc","STANDARD"\n"b","k","v","false","true","","",""\n',
)
INVENTORY = {
    "sourceBucket": "my-bucket",
    "destinationBucket": "arn:aws:s3:::inventory",
    "version": "2016-11-30",
    "fileFormat": "CSV",
    "fileSchema": ", ".join(FIELDS),
    "files": [{"key": "data/1.csv.gz", "size": 9, "MD5checksum": "x"}],
}
_GZIP = b"\x1f\x8b"  # a file that an inventory lists, not the manifest itself
WORDS = (b",", b'"', b"\n", b"\r", b"%", b"%C3", b"+", b"\0", b"\xef\xbb\xbf", b"\xff", b'""', b",,")


_KINDS = (
    ManifestLocation(CSV_FORMAT, "bucket", "manifest.csv", ETAG),
    ManifestLocation(CSV_FORMAT, "bucket", "manifest.csv", ETAG, fields=FIELDS),
    ManifestLocation(INVENTORY_FORMAT, "bucket", "manifest.json", ETAG),
)


def run(data: bytes) -> None:
    """Read the input as each kind of manifest; raises ManifestError if it is not one."""
    refused = [error for location in _KINDS if (error := _read(location, data))]
    if len(refused) == len(_KINDS):
        raise refused[0]


def _read(location: ManifestLocation, data: bytes) -> ManifestError | None:
    """Rows that can be read can be written, and are the same when they are read again."""
    written = StringIO()
    try:
        with stored(data, {"manifest.json": json.dumps(INVENTORY).encode()} if data[:2] == _GZIP else {}):
            rows = list(read_rows(location))
        write_rows(rows, written)  # which refuses rows if only some of them have a version
    except ManifestError as error:
        return error
    again = list(parse_csv(StringIO(written.getvalue(), newline=""), "again"))
    assert list(map(_named, again)) == list(map(_named, rows))
    return None


def _named(row: Row) -> tuple[str, str, str | None]:
    return row.bucket, row.key, row.version_id


_inputs = st.one_of(
    changed_bytes(ROWS, WORDS),
    changed_bytes([gzip.compress(rows, mtime=0) for rows in ROWS]),
    changed_json([INVENTORY, json.loads(json.dumps(INVENTORY)) | {"files": []}]),
)
TARGET = Target(_inputs, run, (ManifestError,))
