"""How the steps pass work on: a live queue and a backfill queue for each pipeline, and the completions of jobs.

Every step that could lose work has a dead-letter queue.
"""

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import allow
from stacks.outputs import output
from textract_pipeline.names import Stage

# A message stays hidden for this many times its reader's timeout, so that Lambda's own retries of a
# throttled invocation fit in (Lambda Developer Guide, "Using Lambda with Amazon SQS", 2026-11).
_TIMEOUTS_HIDDEN = 6


class Messaging(Construct):
    """The queues, the topic to which Textract reports finished jobs, and the role that it uses for that."""

    def __init__(self, scope: Construct, construct_id: str, config: PipelineConfig) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.dead_letter_queues: list[sqs.Queue] = []
        self.sync_queue = self._queue("SyncQueue", config.syncproc_timeout_seconds)
        self.sync_backfill_queue = self._queue("SyncBackfillQueue", config.syncproc_timeout_seconds)
        self.async_queue = self._queue("AsyncQueue", config.asyncproc_timeout_seconds)
        self.async_backfill_queue = self._queue("AsyncBackfillQueue", config.asyncproc_timeout_seconds)
        self.job_results_queue = self._queue("JobResultsQueue", config.jobresultsproc_timeout_seconds)

        self.live_queues = [self.sync_queue, self.async_queue, self.job_results_queue]
        self.work_queues = [*self.live_queues, self.sync_backfill_queue, self.async_backfill_queue]
        self.dead_letters_by_stage = {
            Stage.ANALYZE: _dead_letters(self.sync_queue, self.sync_backfill_queue),
            Stage.START: _dead_letters(self.async_queue, self.async_backfill_queue),
            Stage.COLLECT: _dead_letters(self.job_results_queue),
        }

        self.job_completion_topic = sns.Topic(self, "JobCompletionTopic", enforce_ssl=True)
        self.job_completion_topic.add_subscription(subscriptions.SqsSubscription(self.job_results_queue))
        self.textract_role = self._textract_role()

        self.s3proc_dlq = self.dead_letter_queue("S3ProcDLQ")
        self.docproc_dlq = self.dead_letter_queue("DocProcDLQ")
        self.statusproc_dlq = self.dead_letter_queue("StatusProcDLQ")
        self.asyncproc_dlq = self.dead_letter_queue("AsyncProcDLQ")
        output(self, {f"{queue.node.id}Url": queue.queue_url for queue in self.work_queues})
        output(self, {"JobCompletionTopicArn": self.job_completion_topic.topic_arn})
        output(self, {"TextractServiceRoleArn": self.textract_role.role_arn})

    def _queue(self, construct_id: str, reader_timeout_seconds: int) -> sqs.Queue:
        return sqs.Queue(
            self,
            construct_id,
            visibility_timeout=Duration.seconds(_TIMEOUTS_HIDDEN * reader_timeout_seconds),
            retention_period=Duration.days(self._config.queue_retention_days),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letter_queue(f"{construct_id}DLQ"),
                max_receive_count=self._config.max_receive_count,
            ),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )

    def dead_letter_queue(self, construct_id: str) -> sqs.Queue:
        """Make another queue for work that was given up."""
        queue = sqs.Queue(
            self,
            construct_id,
            retention_period=Duration.days(self._config.dlq_retention_days),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        self.dead_letter_queues.append(queue)
        output(self, {f"{construct_id}Url": queue.queue_url})
        return queue

    def _textract_role(self) -> iam.Role:
        """The role with which Textract may publish to the topic, only for this account's jobs."""
        textract = iam.ServicePrincipal(
            "textract.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": f"arn:{Aws.PARTITION}:textract:*:{Aws.ACCOUNT_ID}:*"},
            },
        )
        role = iam.Role(self, "TextractServiceRole", assumed_by=textract)
        allow(role, ["sns:Publish"], [self.job_completion_topic.topic_arn])
        return role


def _dead_letters(*queues: sqs.Queue) -> list[sqs.IQueue]:
    return [queue.dead_letter_queue.queue for queue in queues if queue.dead_letter_queue]
