"""A request to the local S3 Batch Operations: method and path in the first line, then the body in XML."""

from xml.etree import ElementTree as ET

from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from local.batch.exceptions import BatchError
from local.batch.validation import validate
from local.batch.wire import error_response, load_model, operation_of, parameters_of
from tests.fuzz.mutation import changed_bytes
from tests.fuzz.target import Target

CREATE = b"""<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
<ConfirmationRequired>true</ConfirmationRequired>
<Operation><LambdaInvoke><FunctionArn>arn:aws:lambda:us-east-1:123456789012:function:f</FunctionArn>
<InvocationSchemaVersion>2.0</InvocationSchemaVersion>
<UserArguments><entry><key>backfill</key><value>b</value></entry></UserArguments></LambdaInvoke></Operation>
<Report><Bucket>arn:aws:s3:::reports</Bucket><Format>Report_CSV_20180820</Format><Enabled>true</Enabled>
<Prefix>p</Prefix><ReportScope>AllTasks</ReportScope></Report>
<ClientRequestToken>token</ClientRequestToken>
<Manifest><Spec><Format>S3BatchOperations_CSV_20180820</Format>
<Fields><member>Bucket</member><member>Key</member></Fields></Spec>
<Location><ObjectArn>arn:aws:s3:::reports/m.csv</ObjectArn><ETag>etag</ETag></Location></Manifest>
<Description>d</Description><Priority>10</Priority><RoleArn>arn:aws:iam::123456789012:role/r</RoleArn>
</CreateJobRequest>"""
GENERATED = CREATE.partition(b"<Manifest>")[0] + (
    b"<ManifestGenerator><S3JobManifestGenerator><SourceBucket>arn:aws:s3:::documents</SourceBucket>"
    b"<Filter><CreatedAfter>2026-11-28T00:00:00Z</CreatedAfter><ObjectSizeGreaterThanBytes>1"
    b"</ObjectSizeGreaterThanBytes><KeyNameConstraint><MatchAnyPrefix><member>a</member></MatchAnyPrefix>"
    b"</KeyNameConstraint></Filter><EnableManifestOutput>false</EnableManifestOutput></S3JobManifestGenerator>"
    b"</ManifestGenerator><Priority>1</Priority><RoleArn>arn:aws:iam::123456789012:role/r</RoleArn></CreateJobRequest>"
)
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "' + b"ha" * 99 + b'"><!ENTITY b "' + b"&a;" * 99 + b'"><!ENTITY c "' + b"&b;" * 99
WORDS = (
    *(b"<member>", b"</member>", b"<Priority>", b"<entry/>", b"<![CDATA[", b"]]>", b"<!--", b"&#0;", b"&lt;", b"&c;"),
    *(b"<Operation>", b"</Operation>", b"<S3PutObjectCopy/>", b"<Fields/>", b"<Location/>", b"<a>" * 2000, b"&#xD800;"),
    *(LAUGHS + b'">]>', b'<?xml version="1.0" encoding="utf-16"?>', b"\0", b"\xff", b' xmlns="x"', b"9" * 5000),
)
LINES = (
    b"POST /v20180820/jobs",
    b"GET /v20180820/jobs?jobStatuses=Active&maxResults=10&nextToken=n",
    b"GET /v20180820/jobs/00000000-0000-0000-0000-000000000000",
    b"POST /v20180820/jobs/00000000-0000-0000-0000-000000000000/status?requestedJobStatus=Ready&statusUpdateReason=r",
    b"POST /v20180820/jobs/00000000-0000-0000-0000-000000000000/priority?priority=10",
)


def run(data: bytes) -> None:
    """Read and check the request; if there is an error, it can be sent."""
    line, _, body = data.partition(b"\n")
    method, _, target = line.decode("latin-1").partition(" ")
    path, _, query = target.partition("?")
    account = [("x-amz-account-id", "123456789012")]
    builder = EnvironBuilder(path, method=method, query_string=query, data=body, headers=account)
    request = Request(builder.get_environ())
    try:
        operation, labels = operation_of(request, load_model())
        validate(parameters_of(request, operation, labels), operation)
    except BatchError as error:
        _check(error)
        raise


def _check(error: BatchError) -> None:
    answer = ET.fromstring(error_response(error, "request").get_data())
    assert answer.findtext("Error/Code") == error.code


_lines = st.one_of(
    st.sampled_from(LINES), st.just(LINES[0]), changed_bytes(LINES, (b"%00", b"%ff", b"&", b"%ED%A0%80"))
)
_bodies = changed_bytes((CREATE, GENERATED, LAUGHS + b'">]><CreateJobRequest>&c;</CreateJobRequest>', b""), WORDS)
TARGET = Target(st.builds(lambda line, body: line + b"\n" + body, _lines, _bodies), run, (BatchError,))
