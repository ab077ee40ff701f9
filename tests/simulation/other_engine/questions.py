"""What roles and services do, as questions to the engine: with the policies of both sides, and what AWS would tell.

Every endpoint of the VPC has the policy that it has by default, which allows everything.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.simulation.needs import Need
from tests.simulation.other_engine.services import Deed
from tests.simulation.other_engine.template import ACCOUNT, REGION, Deployed, Policy

Question = dict[str, Any]
_EVERY_CALL = {"aws:SecureTransport": "true", "aws:RequestedRegion": REGION, "aws:ResourceAccount": ACCOUNT}

# Of the keys that end in a name of the caller's choice, the engine takes only those that have it after a slash, and
# drops KMS's, which has it after a colon (AWS KMS Developer Guide, "kms:EncryptionContext:context-key", 2026-11). So
# it is asked under another name, in policies and questions alike.
_ENCRYPTION_CONTEXT, _TAKEN = "kms:EncryptionContext:aws:logs:arn", "aws:PrincipalTag/encryption-context"


class Questions:
    """Questions about a template."""

    def __init__(self, template: Deployed) -> None:
        self._template = template
        policies = json.dumps(template.resource_policies()).replace(_ENCRYPTION_CONTEXT, _TAKEN)
        self._policies: dict[str, Policy] = json.loads(policies)

    def of_role(self, role: str, need: Need, identity_policies: list[Policy] | None = None) -> Question:
        """Whether a role may do something; with other policies than its own, if they are given."""
        arn = self._template.arns.get(role, f"arn:aws:iam::{ACCOUNT}:role/{role}")
        policies = self._template.identity_policies(role) if identity_policies is None else identity_policies
        told = {key: self._template.told(value) for key, value in need.told}
        context = {**_EVERY_CALL, "aws:PrincipalArn": arn, "aws:PrincipalAccount": ACCOUNT, **told}
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{arn.rpartition('/')[2]}/session"
        return self._question(session, need.action, self._template.arn(need.resource), context, policies)

    def of_service(self, deed: Deed) -> Question:
        """Whether a service may do something on its own behalf."""
        source = {"aws:SourceArn": deed.source, "aws:SourceAccount": deed.account} if deed.source else {}
        told = {_TAKEN if key == _ENCRYPTION_CONTEXT else key: value for key, value in deed.told}
        context = {**_EVERY_CALL, **source, **told}
        return self._question(deed.principal, deed.action, deed.resource, context, [])

    def _question(
        self, principal: str, action: str, resource: str, context: Mapping[str, str], policies: list[Policy]
    ) -> Question:
        question: Question = {
            "request": {
                "principal": principal,
                "action": action,
                "resource": {"resource": resource, "accountId": ACCOUNT},
                "contextVariables": context,
            },
            "identityPolicies": policies,
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
        of = resource if resource in self._policies else resource.partition("/")[0]
        if of in self._policies:
            question["resourcePolicy"] = self._policies[of]
        return question
