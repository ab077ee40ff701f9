"""With vpc=true: the functions run in isolated subnets, and reach AWS only through endpoints. There is no NAT."""

from collections.abc import Iterable
from typing import cast

from aws_cdk import Aws
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import allow
from stacks.runtime.function import log_group

# What the functions call besides S3 and DynamoDB, whose endpoints are in the route table and free. Service Quotas is
# not called here: the pipeline determines the quotas itself.
_CALLED = {
    "Textract": ec2.InterfaceVpcEndpointAwsService.TEXTRACT,
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Lambda": ec2.InterfaceVpcEndpointAwsService.LAMBDA_,
    "Events": ec2.InterfaceVpcEndpointAwsService.EVENTBRIDGE,
}

# What a function's role needs to be in a VPC; no resource level identifies the function (Lambda Developer
# Guide, "Giving Lambda functions access to resources in an Amazon VPC", 2026-11).
_ATTACH = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


class Network(Construct):
    """The VPC, its endpoints, and a log of rejected traffic."""

    def __init__(self, scope: Construct, construct_id: str, config: PipelineConfig) -> None:
        super().__init__(scope, construct_id)
        self._vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=None if config.availability_zones else 2,
            availability_zones=config.availability_zones or None,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
        )
        self._vpc.add_flow_log(
            "Refused",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                log_group(self, "Refused", config), self._flow_logs_role()
            ),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
        self._of_functions = self._security_group("Functions", "The functions: nothing calls them")
        # To any address, because S3 and DynamoDB have many. There are routes only to the endpoints.
        self._of_functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "The endpoints")
        self._of_endpoints = self._security_group("Endpoints", "The endpoints: only the functions call them")
        self._of_endpoints.add_ingress_rule(self._of_functions, ec2.Port.tcp(443), "The functions")
        for name, service in _CALLED.items():
            self._vpc.add_interface_endpoint(
                name, service=service, security_groups=[self._of_endpoints], open=False, private_dns_enabled=True
            )

    def _flow_logs_role(self) -> iam.Role:
        conditions = {
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
            "ArnLike": {
                "aws:SourceArn": f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:vpc-flow-log/*",
            },
        }
        flow_logs = iam.ServicePrincipal("vpc-flow-logs.amazonaws.com", conditions=conditions)
        return iam.Role(self, "FlowLogsRole", assumed_by=flow_logs)

    def _security_group(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, construct_id, vpc=self._vpc, description=description, allow_all_outbound=False)

    def take_in(self, functions: Iterable[lambda_.Function]) -> None:
        """Make these functions run in the VPC."""
        for function in functions:
            resource = cast("lambda_.CfnFunction", function.node.default_child)
            resource.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
                subnet_ids=[subnet.subnet_id for subnet in self._vpc.isolated_subnets],
                security_group_ids=[self._of_functions.security_group_id],
            )
            allow(function, _ATTACH, ["*"])
