"""What tells people that something went wrong: alarms and their topic, and one for documents that failed."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Monitoring(Construct):
    """An alarm for each of these queues, on as long as a message is in it; a message for each document that failed."""

    def __init__(self, scope: Construct, construct_id: str, dead_letter_queues: Iterable[sqs.Queue]) -> None:
        super().__init__(scope, construct_id)
        self.failed_documents_topic = self._failed_documents_topic()
        self.alarms_topic = sns.Topic(self, "AlarmsTopic", enforce_ssl=True)
        ring = actions.SnsAction(self.alarms_topic)
        for queue in dead_letter_queues:
            alarm = cloudwatch.Alarm(
                self,
                f"{queue.node.id}Alarm",
                alarm_description=f"{queue.node.id} holds work that was given up: see its messages for what and why",
                metric=queue.metric_approximate_number_of_messages_visible(
                    period=Duration.minutes(1), statistic="Maximum"
                ),
                threshold=1,
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(ring)

    def _failed_documents_topic(self) -> sns.Topic:
        """Whoever subscribes to it is told of each document that needs a person, in a sentence."""
        topic = sns.Topic(self, "FailedDocumentsTopic", enforce_ssl=True)
        field = events.EventField.from_path
        status, failure = field("$.detail.status"), field("$.detail.errorMessage")
        document = f"s3://{field('$.detail.bucketName')}/{field('$.detail.objectName')}"
        told = f"{document} is {status}: {failure} (document {field('$.detail.documentId')})"
        events.Rule(
            self,
            "FailedDocuments",
            event_pattern=events.EventPattern(
                source=["textract-pipeline"],
                detail_type=["Document Processed"],
                detail={"status": ["FAILED", "UNSUPPORTED", "PARTIAL_SUCCESS"]},
            ),
            targets=[targets.SnsTopic(topic, message=events.RuleTargetInput.from_text(told))],
        )
        return topic
