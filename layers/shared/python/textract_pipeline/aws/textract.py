"""The calls to Amazon Textract, sync and async, and which of their errors mean what."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypedDict, cast

from textract_pipeline.aws import clients
from textract_pipeline.document import Document
from textract_pipeline.errors import ErrorCode, Permanent, aws_outcomes
from textract_pipeline.names import Feature
from textract_pipeline.response.page_blocks import page_number
from textract_pipeline.settings import StartSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.literals import FeatureTypeType
    from mypy_boto3_textract.type_defs import (
        AnalyzeDocumentRequestTypeDef,
        BlockTypeDef,
        DocumentMetadataTypeDef,
        DocumentTypeDef,
        QueriesConfigTypeDef,
        S3ObjectTypeDef,
        StartDocumentTextDetectionRequestTypeDef,
        WarningTypeDef,
    )


class Response(TypedDict, total=False):
    """A Textract response as the wire has it: the sync API's, or one part of an async job's."""

    DocumentMetadata: "DocumentMetadataTypeDef"
    JobStatus: str
    StatusMessage: str
    AnalyzeDocumentModelVersion: str
    DetectDocumentTextModelVersion: str
    Warnings: "list[WarningTypeDef]"
    Blocks: "list[BlockTypeDef]"


TEXT_DETECTION = "StartDocumentTextDetection"
ANALYSIS = "StartDocumentAnalysis"
RESPONSE_DIRECTORY = "response"  # below a document's output prefix: where Textract writes an async job's parts

_KEY_UNAVAILABLE: Permanent = (
    ErrorCode.KEY_UNAVAILABLE,
    "Textract may not use the KMS key of the document or its outputs. Enable it, allow its use, then reprocess.",
)

# Textract's error codes that are the document's fault (Textract API Reference, "AnalyzeDocument" and
# "StartDocumentAnalysis", Errors, 2026-11), and what to tell the person who submitted it.
_PERMANENT: Mapping[str, Permanent] = {
    "BadDocumentException": (
        ErrorCode.BAD_DOCUMENT,
        "Textract cannot read the document. Check that it opens, is complete and has no password; upload it again.",
    ),
    "DocumentTooLargeException": (
        ErrorCode.TOO_LARGE,
        "The document exceeds Textract's limits of size or pages. Split it or reduce its resolution.",
    ),
    # The run's job was started, its id was lost, and its topic, role, or key have been changed since, by a deployment.
    # Whether it still tells of its end is not known, and another one is paid for again: that is for a person to decide.
    "IdempotentParameterMismatchException": (
        ErrorCode.JOB_LOST,
        "The document's job was started before a deployment changed settings, and is lost: `reprocess` the document.",
    ),
    "InvalidKMSKeyException": _KEY_UNAVAILABLE,
    "InvalidParameterException": (
        ErrorCode.INVALID_REQUEST,
        "Textract refused the request for this document. If it asks questions, check them for double quotes.",
    ),
    "InvalidS3ObjectException": (
        ErrorCode.OBJECT_UNREADABLE,
        "Textract cannot read the object. Check that it still exists and that the pipeline may read it.",
    ),
    "UnsupportedDocumentException": (
        ErrorCode.UNSUPPORTED_FORMAT,
        "Textract does not support this document. Convert it to a JPEG, PNG, PDF or TIFF file that it reads.",
    ),
}

_NO_SUCH_JOB: Permanent = (
    ErrorCode.JOB_LOST,
    "Textract no longer knows the document's job. Process the document again.",
)
_JOB_ERRORS: Mapping[str, Permanent] = {
    "InvalidJobIdException": _NO_SUCH_JOB,
    "InvalidKMSKeyException": _KEY_UNAVAILABLE,
    "InvalidParameterException": _NO_SUCH_JOB,  # an id that no job of this operation can have
    "InvalidS3ObjectException": _PERMANENT["InvalidS3ObjectException"],
}

_FEATURE_TYPES: "Mapping[Feature, FeatureTypeType]" = {
    Feature.FORMS: "FORMS",
    Feature.TABLES: "TABLES",
    Feature.LAYOUT: "LAYOUT",
    Feature.SIGNATURES: "SIGNATURES",
    Feature.QUERIES: "QUERIES",
}

# A question without Pages is asked of the first page only (Textract API Reference, "Query", 2026-11).
_EVERY_PAGE = ["*"]


def analyze(document: Document) -> Response:
    """The sync API's response for a one-page image. Raises DocumentError or RetryableError.

    Questions name no page: without Pages, Textract asks the first, which is the only one.
    """
    source: DocumentTypeDef = {"S3Object": _s3_object(document)}
    with aws_outcomes(_PERMANENT):
        if document.analyzes_text_only:
            return _without_metadata(clients.textract().detect_document_text(Document=source))
        request: AnalyzeDocumentRequestTypeDef = {
            "Document": source,
            "FeatureTypes": _feature_types(document),
        }
        if document.queries:
            request["QueriesConfig"] = _queries_config(document)
        return _without_metadata(clients.textract().analyze_document(**request))


def start_job(document: Document, settings: StartSettings) -> str:
    """Start the async job of the document's run, and return its JobId; the same job however often it is called.

    Textract encrypts its response with the output key, or with S3's own key if there is none, never the bucket's.
    Raises DocumentError; QuotaFullError if the account runs as many jobs as it may; ThrottledError; RetryableError.
    """
    common: StartDocumentTextDetectionRequestTypeDef = {
        "DocumentLocation": {"S3Object": _s3_object(document)},
        "ClientRequestToken": document.client_request_token,
        "JobTag": document.billed_run.job_tag,
        "NotificationChannel": {
            "SNSTopicArn": settings.job_completion_topic_arn,
            "RoleArn": settings.textract_role_arn,
        },
        "OutputConfig": {
            "S3Bucket": document.bucket,
            "S3Prefix": document.output_prefix + RESPONSE_DIRECTORY,
        },
    }
    if settings.output_key_arn:
        common["KMSKeyId"] = settings.output_key_arn
    client = clients.textract_start()
    with aws_outcomes(_PERMANENT):
        if document.analyzes_text_only:
            return client.start_document_text_detection(**common)["JobId"]
        features = _feature_types(document)
        if document.queries:
            queries = _queries_config(document, _EVERY_PAGE)
            return client.start_document_analysis(**common, FeatureTypes=features, QueriesConfig=queries)["JobId"]
        return client.start_document_analysis(**common, FeatureTypes=features)["JobId"]


class JobState(NamedTuple):
    """A job's status (IN_PROGRESS, SUCCEEDED, PARTIAL_SUCCESS or FAILED) and what Textract says of it."""

    status: str
    message: str


def job_state(job_id: str, api: str) -> JobState:
    """How a job stands; its message says more than the notification of a job that did not wholly succeed.

    `api` is the notification's: StartDocumentTextDetection or StartDocumentAnalysis. Raises DocumentError where
    Textract does not know the job, or no longer: it forgets a job after seven days.
    """
    client = clients.textract()
    with aws_outcomes(_JOB_ERRORS):
        job: Response
        if api == TEXT_DETECTION:
            job = _without_metadata(client.get_document_text_detection(JobId=job_id, MaxResults=1))
        else:
            job = _without_metadata(client.get_document_analysis(JobId=job_id, MaxResults=1))
    warnings = (
        f"{warning.get('ErrorCode', 'unreadable')} on page {', '.join(map(str, warning.get('Pages', ())))}"
        for warning in job.get("Warnings", ())
    )
    message = "; ".join(filter(None, [job.get("StatusMessage"), *warnings])) or "Textract gives no reason."
    return JobState(job.get("JobStatus", ""), message)


def failure_code(message: str) -> ErrorCode:
    """What a failed job's message means: JOB_FAILED, or UNSUPPORTED_FORMAT if it names that error.

    The messages of failed jobs are not documented. The local Textract's begin with the name of the error.
    """
    return ErrorCode.UNSUPPORTED_FORMAT if "UnsupportedDocumentException" in message else ErrorCode.JOB_FAILED


def model_version(response: Response) -> str | None:
    """Which version of its model Textract says that it used."""
    return response.get("AnalyzeDocumentModelVersion") or response.get("DetectDocumentTextModelVersion")


def page_count(response: Response) -> int:
    """How many pages Textract says that the document has; 0 if it does not say, or says what cannot be."""
    metadata = cast("Mapping[str, object]", response).get("DocumentMetadata")
    return page_number(metadata.get("Pages")) if isinstance(metadata, dict) else 0


def api_of(document: Document) -> str:
    """The operation that starts the document's job."""
    return TEXT_DETECTION if document.analyzes_text_only else ANALYSIS


def _s3_object(document: Document) -> "S3ObjectTypeDef":
    s3_object: S3ObjectTypeDef = {"Bucket": document.bucket, "Name": document.key}
    if document.version_id:
        s3_object["Version"] = document.version_id
    return s3_object


def _feature_types(document: Document) -> "Sequence[FeatureTypeType]":
    return [_FEATURE_TYPES[feature] for feature in document.features if feature in _FEATURE_TYPES]


def _queries_config(document: Document, pages: "Sequence[str]" = ()) -> "QueriesConfigTypeDef":
    if not pages:
        return {"Queries": [{"Text": question} for question in document.queries]}
    return {"Queries": [{"Text": question, "Pages": pages} for question in document.queries]}


def _without_metadata(response: Mapping[str, object]) -> Response:
    return cast("Response", {name: value for name, value in response.items() if name != "ResponseMetadata"})
