"""The six functions of the flow, and statusproc: the triggers, environment, and permissions of each."""

import json
from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import (
    allow,
    allow_announcing,
    allow_deleting_progress,
    allow_reading_documents,
    allow_reading_objects,
    allow_reading_quotas,
    allow_table,
    allow_textract,
    allow_writing_outputs,
)
from stacks.messaging import Messaging
from stacks.outputs import output
from stacks.runtime.event_sources import changes, messages
from stacks.runtime.function import Limits, function
from stacks.runtime.layers import shared_layer
from stacks.storage import Storage
from textract_pipeline.names import UNFINISHED_INDEX, DocumentStatus

_SMALL = Limits()
_ENDED = [status for status in DocumentStatus if status.is_terminal]
_COUNTED_AT_ONCE = 100  # document changes per invocation of statusproc


class Functions(Construct):
    """The functions, connected to the storage and the messaging."""

    def __init__(
        self, scope: Construct, construct_id: str, config: PipelineConfig, storage: Storage, messaging: Messaging
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._storage = storage
        self._messaging = messaging
        self.layer = shared_layer(self, "SharedLayer")
        self._sources = storage.source_buckets

        self.s3proc = self._s3proc()
        self.s3batchproc = self._s3batchproc()
        self.statusproc = self._statusproc()
        self.asyncproc = self._asyncproc()
        self.docproc = self._docproc()
        self.syncproc = self._syncproc()
        self.jobresultsproc = self._jobresultsproc()
        output(self, {f"{each.node.id}FunctionName": each.function_name for each in self.all})
        output(self, {"S3BatchProcFunctionArn": self.s3batchproc.function_arn})

    @property
    def all(self) -> list[lambda_.Function]:
        """The functions, in the order of the flow."""
        return [
            *(self.s3proc, self.s3batchproc, self.docproc, self.syncproc, self.asyncproc, self.jobresultsproc),
            self.statusproc,
        ]

    @property
    def writers(self) -> list[lambda_.Function]:
        """Those that write outputs. Textract writes responses with the permissions of asyncproc, which starts jobs."""
        return [self.syncproc, self.asyncproc, self.jobresultsproc]

    def _s3proc(self) -> lambda_.Function:
        """Registers each upload to DocumentsBucket."""
        function = self._function("S3Proc", self._register_environment(), dead_letters=self._messaging.s3proc_dlq)
        self._storage.announce_uploads(function)
        allow_reading_documents(function, self._storage.documents_bucket)
        allow_table(function, self._storage.documents_table, "PutItem")
        return function

    def _s3batchproc(self) -> lambda_.Function:
        """Registers each object of an S3 Batch Operations job; the job's role invokes it."""
        function = self._function(
            "S3BatchProc",
            {**self._register_environment(), "CONTROL_TABLE": self._storage.control_table.table_name},
        )
        allow_reading_documents(function, *self._sources)
        allow_table(function, self._storage.documents_table, "PutItem", "UpdateItem")
        allow_table(function, self._storage.control_table, "UpdateItem")
        return function

    def _statusproc(self) -> lambda_.Function:
        """Counts the documents of each backfill by status, and announces every document that has ended."""
        function = self._function(
            "StatusProc",
            {
                "BACKFILLS_TABLE": self._storage.backfills_table.table_name,
                "PRICES": json.dumps(self._config.prices),
            },
        )
        of_backfill = {"backfill": {"S": lambda_.FilterRule.exists()}}
        ended = {"status": {"S": lambda_.FilterRule.or_(*_ENDED)}}
        # One batch per shard at a time: more would change the same counts.
        function.add_event_source(
            changes(
                self._storage.documents_table,
                [of_backfill, ended],
                batch_size=_COUNTED_AT_ONCE,
                at_once=1,
                given_up=self._messaging.statusproc_dlq,
                named=False,
            )
        )
        allow_table(function, self._storage.backfills_table, "BatchGetItem", "UpdateItem")
        allow_announcing(function)
        return function

    def _docproc(self) -> lambda_.Function:
        """Routes each registered document to the queue of its pipeline and lane."""
        queues = {
            "SYNC_QUEUE_URL": self._messaging.sync_queue,
            "SYNC_BACKFILL_QUEUE_URL": self._messaging.sync_backfill_queue,
            "ASYNC_QUEUE_URL": self._messaging.async_queue,
            "ASYNC_BACKFILL_QUEUE_URL": self._messaging.async_backfill_queue,
        }
        function = self._function(
            "DocProc",
            {
                "DOCUMENTS_TABLE": self._storage.documents_table.table_name,
                **{name: queue.queue_url for name, queue in queues.items()},
                "START_JOBS_FUNCTION": self.asyncproc.function_name,
            },
        )
        submitted = {"status": {"S": lambda_.FilterRule.is_equal(DocumentStatus.SUBMITTED)}}
        # As many batches at the same time as Lambda allows: a stream keeps a record for only 24 hours.
        function.add_event_source(
            changes(
                self._storage.documents_table,
                [submitted],
                batch_size=self._config.route_batch_size,
                at_once=10,
                given_up=self._messaging.docproc_dlq,
                named=True,
            )
        )
        allow_table(function, self._storage.documents_table, "UpdateItem")
        allow(function, ["sqs:SendMessage"], [queue.queue_arn for queue in queues.values()])
        allow(function, ["lambda:InvokeFunction"], [self.asyncproc.function_arn])
        return function

    def _syncproc(self) -> lambda_.Function:
        """Analyzes images with the sync API: uploads and backfills, each with its own concurrency."""
        queues = (self._messaging.sync_queue, self._messaging.sync_backfill_queue)
        function = self._function(
            "SyncProc",
            self._output_environment(),
            Limits(self._config.syncproc_timeout_seconds, self._config.syncproc_memory_mb, may_loop=True),
        )
        size = self._config.sync_batch_size
        concurrencies = (self._config.sync_concurrency, self._config.sync_backfill_concurrency)
        for queue, concurrency in zip(queues, concurrencies, strict=True):
            function.add_event_source(messages(queue, batch_size=size, max_concurrency=concurrency))
            allow(function, ["sqs:SendMessage"], [queue.queue_arn])
        allow_table(function, self._storage.documents_table, "UpdateItem")
        allow_table(function, self._storage.output_table, "PutItem")
        allow_table(function, self._storage.control_table, "BatchGetItem", "UpdateItem")
        allow_textract(function, "DetectDocumentText", "AnalyzeDocument")
        allow_reading_documents(function, *self._sources)
        allow_writing_outputs(function, *self._sources)
        return function

    def _asyncproc(self) -> lambda_.Function:
        """Starts async jobs: when work arrives (docproc invokes it), when a job is done, and on a schedule.

        On the schedule it also recovers documents that the flow has lost track of.
        """
        function = self._function(
            "AsyncProc",
            self._start_environment(),
            Limits(self._config.asyncproc_timeout_seconds),
            dead_letters=self._messaging.asyncproc_dlq,
        )
        self._messaging.job_completion_topic.add_subscription(subscriptions.LambdaSubscription(function))
        every = events.Schedule.rate(Duration.minutes(self._config.async_schedule_minutes))
        events.Rule(self, "AsyncProcSchedule", schedule=every, targets=[targets.LambdaFunction(function)])
        allow(
            function,
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:SendMessage"],
            [self._messaging.async_queue.queue_arn, self._messaging.async_backfill_queue.queue_arn],
        )
        allow_table(function, self._storage.documents_table, "GetItem", "UpdateItem")
        allow_table(function, self._storage.control_table, "BatchGetItem", "UpdateItem")
        allow(function, ["dynamodb:Query"], [f"{self._storage.documents_table.table_arn}/index/{UNFINISHED_INDEX}"])
        allow_textract(function, "StartDocumentTextDetection", "StartDocumentAnalysis")
        allow_reading_quotas(function)
        self._allow_rescue(function)
        _allow_passing_to_textract(function, self._messaging.textract_role)
        # Textract reads the document and writes its response with the permissions of the caller that starts the job.
        allow_reading_documents(function, *self._sources)
        allow_writing_outputs(function, *self._sources)
        return function

    def _allow_rescue(self, function: lambda_.Function) -> None:
        """Allow finding and recovering documents that the flow has lost track of."""
        given_up = [queue for queues in self._messaging.dead_letters_by_stage.values() for queue in queues]
        looking = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"]  # what was looked at is given back
        allow(function, looking, [queue.queue_arn for queue in given_up])
        allow(function, ["sqs:SendMessage"], [self._messaging.job_results_queue.queue_arn])
        allow_textract(function, "GetDocumentTextDetection", "GetDocumentAnalysis")

    def _jobresultsproc(self) -> lambda_.Function:
        """Collects the results of each finished job."""
        function = self._function(
            "JobResultsProc",
            self._output_environment(),
            Limits(self._config.jobresultsproc_timeout_seconds, self._config.jobresultsproc_memory_mb, may_loop=True),
        )
        size, concurrency = self._config.results_batch_size, self._config.results_concurrency
        function.add_event_source(
            messages(self._messaging.job_results_queue, batch_size=size, max_concurrency=concurrency)
        )
        allow(function, ["sqs:SendMessage"], [self._messaging.job_results_queue.queue_arn])
        allow_table(function, self._storage.documents_table, "GetItem", "UpdateItem")
        allow_table(function, self._storage.output_table, "PutItem")
        allow_table(function, self._storage.control_table, "UpdateItem")
        allow_textract(function, "GetDocumentTextDetection", "GetDocumentAnalysis")
        allow_reading_objects(function, *self._sources)
        allow_writing_outputs(function, *self._sources)
        allow_deleting_progress(function, *self._sources)
        return function

    def _function(
        self,
        construct_id: str,
        environment: Mapping[str, str],
        limits: Limits = _SMALL,
        dead_letters: sqs.Queue | None = None,
    ) -> lambda_.Function:
        return function(
            self,
            construct_id,
            self._config,
            [self.layer],
            environment,
            limits=limits,
            dead_letters=dead_letters,
        )

    def _register_environment(self) -> dict[str, str]:
        return {
            "DOCUMENTS_TABLE": self._storage.documents_table.table_name,
            "FEATURES": json.dumps(self._config.features),
            "QUERIES": json.dumps(self._config.queries),
        }

    def _start_environment(self) -> dict[str, str]:
        dead_letters = self._messaging.dead_letters_by_stage
        return {
            "DOCUMENTS_TABLE": self._storage.documents_table.table_name,
            "CONTROL_TABLE": self._storage.control_table.table_name,
            "ASYNC_QUEUE_URL": self._messaging.async_queue.queue_url,
            "ASYNC_BACKFILL_QUEUE_URL": self._messaging.async_backfill_queue.queue_url,
            "JOB_COMPLETION_TOPIC_ARN": self._messaging.job_completion_topic.topic_arn,
            "TEXTRACT_ROLE_ARN": self._messaging.textract_role.role_arn,
            "JOB_RESULTS_QUEUE_URL": self._messaging.job_results_queue.queue_url,
            "START_JOBS_PER_SECOND": str(self._config.start_jobs_per_second),
            "MAX_CONCURRENT_JOBS": str(self._config.max_concurrent_jobs),
            "MAX_RECEIVE_COUNT": str(self._config.max_receive_count),
            "ASKS_SERVICE_QUOTAS": json.dumps(not self._config.vpc),
            "OUTPUT_KEY_ARN": "",
            "QUEUE_RETENTION_DAYS": str(self._config.queue_retention_days),
            "DEAD_LETTER_QUEUES": Stack.of(self).to_json_string(
                {stage: [queue.queue_url for queue in given_up] for stage, given_up in dead_letters.items()}
            ),
        }

    def _output_environment(self) -> dict[str, str]:
        return {
            "DOCUMENTS_TABLE": self._storage.documents_table.table_name,
            "OUTPUT_TABLE": self._storage.output_table.table_name,
            "CONTROL_TABLE": self._storage.control_table.table_name,
            "MAX_DOCUMENTS_PER_MINUTE": str(self._config.max_documents_per_minute),
            "OUTPUTS": json.dumps(self._config.written_at_once),
            "PRICES": json.dumps(self._config.prices),
            "MAX_RECEIVE_COUNT": str(self._config.max_receive_count),
        }


def _allow_passing_to_textract(function: lambda_.Function, role: iam.Role) -> None:
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "textract.amazonaws.com"}},
        )
    )
