"""How people learn that something went wrong: alarms and their topic, and a topic for failed documents."""

from collections.abc import Iterable

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.outputs import output
from textract_pipeline.names import EVENT_DETAIL_TYPE, EVENT_SOURCE

_RUNBOOK = "See docs/operations.md"
_LONGEST_WAIT = Duration.hours(1)  # for an upload, in any queue; a backfill may wait for days
_ERRORS_PERCENT = 5


class Monitoring(Construct):
    """AlarmsTopic reports every alarm; FailedDocumentsTopic reports each document that needs attention."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        dead_letter_queues: Iterable[sqs.Queue],
        live_queues: Iterable[sqs.Queue],
        functions: Iterable[lambda_.Function],
        stuck_documents: cloudwatch.Metric,
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms_topic = self._alarms_topic()
        self.teller = self._teller()
        self.failed_documents_topic = self._failed_documents_topic()
        output(self, {"AlarmsTopicArn": self.alarms_topic.topic_arn})
        output(self, {"FailedDocumentsTopicArn": self.failed_documents_topic.topic_arn})
        for queue in dead_letter_queues:
            self._watch_for_messages(queue)
        for queue in live_queues:
            self._watch_age(queue)
        for function in functions:
            self._watch_errors(function)
        self._alarm(
            "StuckDocumentsAlarm",
            "The flow lost track of documents; they were recovered or marked as failed",
            stuck_documents,
            1,
        )

    def _alarms_topic(self) -> sns.Topic:
        """Enforcing TLS replaces the topic's default policy, so the account's alarms must be allowed to publish."""
        topic = sns.Topic(self, "AlarmsTopic", enforce_ssl=True)
        alarms = f"arn:{Aws.PARTITION}:cloudwatch:{Aws.REGION}:{Aws.ACCOUNT_ID}:alarm:*"
        conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}, "ArnLike": {"aws:SourceArn": alarms}}
        topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=conditions))
        return topic

    def _watch_for_messages(self, queue: sqs.Queue) -> None:
        messages = queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum")
        name = queue.node.id
        given_up = f"{name} contains work that was given up: `textract-pipeline redrive` shows it"
        self._alarm(f"{name}Alarm", given_up, messages, 1)

    def _watch_age(self, queue: sqs.Queue) -> None:
        age = queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5), statistic="Maximum")
        waits = f"The oldest message in {queue.node.id} has waited for more than an hour"
        self._alarm(f"{queue.node.id}AgeAlarm", waits, age, _LONGEST_WAIT.to_seconds())

    def _watch_errors(self, function: lambda_.Function) -> None:
        # Lambda reports 0 or 1 for each invocation, so the average is the error rate.
        rate = function.metric_errors(period=Duration.minutes(5), statistic="Average")
        name = function.node.id
        fails = f"At least {_ERRORS_PERCENT}% of the invocations of {name} failed for 15 minutes"
        self._alarm(f"{name}ErrorsAlarm", fails, rate, _ERRORS_PERCENT / 100, periods=3)

    def _alarm(
        self, construct_id: str, description: str, metric: cloudwatch.IMetric, threshold: float, periods: int = 1
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            alarm_description=f"{description}. {_RUNBOOK}.",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.alarms_topic))

    def _failed_documents_topic(self) -> sns.Topic:
        """It reports each document that needs attention, in one sentence."""
        topic = sns.Topic(self, "FailedDocumentsTopic", enforce_ssl=True)
        field = events.EventField.from_path
        status, failure = field("$.detail.status"), field("$.detail.errorMessage")
        document = f"s3://{field('$.detail.bucketName')}/{field('$.detail.objectName')}"
        told = f"{document} is {status}: {failure} (document {field('$.detail.documentId')})"
        events.Rule(
            self,
            "FailedDocuments",
            event_pattern=events.EventPattern(
                source=[EVENT_SOURCE],
                detail_type=[EVENT_DETAIL_TYPE],
                detail={"status": ["FAILED", "UNSUPPORTED", "PARTIAL_SUCCESS"]},
            ),
            targets=[targets.SnsTopic(topic, message=events.RuleTargetInput.from_text(told), role=self.teller)],
        )
        return topic

    def _teller(self) -> iam.Role:
        """With a role, the topic's policy need not allow EventBridge, which would allow the rules of every account."""
        rules = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:rule/*"
        conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}, "ArnLike": {"aws:SourceArn": rules}}
        return iam.Role(
            self, "FailedDocumentsRole", assumed_by=iam.ServicePrincipal("events.amazonaws.com", conditions=conditions)
        )
