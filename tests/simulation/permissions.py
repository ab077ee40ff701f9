"""IAM: what each role may do by the template. What is not allowed is denied, as it is on AWS.

Another engine answers the same questions in tests/simulation/test_permissions_elsewhere.py: both must agree.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from tests.simulation.aws.errors import service_error
from tests.simulation.invocation import Call
from tests.simulation.needs import Need, of_key

Statement: TypeAlias = Mapping[str, Any]
Facts: TypeAlias = Mapping[str, str]

_EVERYBODY = ("*", {"AWS": "*"})
_THIS_ACCOUNT = {"AWS": "arn:AWS::Partition:iam::AWS::AccountId:root"}


@dataclass(slots=True)
class Roles:
    """The statements of each role, those of resources, and the keys of resources.

    Of a resource's own statements, those that deny to everybody count. Only a key's need allow something, too: to the
    account, whose roles may use it then (AWS KMS Developer Guide, "Default key policy", 2026-11).

    `used` and `denied` fill as needs are looked at, and `asked` has each with its answer.
    """

    statements: Mapping[str, Sequence[Statement]]
    policies: Mapping[str, Sequence[Statement]]
    keys: Mapping[str, str]
    used: set[tuple[str, str, str]] = field(default_factory=set)  # role, action, and the resource as the role names it
    denied: set[tuple[str, str, str]] = field(default_factory=set)
    asked: dict[tuple[str, Need], bool] = field(default_factory=dict)

    def allow(self, role: str, needs: Iterable[Need]) -> bool:
        """Whether a role may do all of this."""
        allowed = [self._allows(role, need) for need in self._with_keys(needs)]
        return all(allowed)

    def refusal(self, role: str, call: Call, needs: Iterable[Need]) -> ClientError | None:
        """The error that a call ends with which needs what its role does not allow."""
        if self.allow(role, needs):
            return None
        code = "AccessDeniedException" if call.client != "s3" else "AccessDenied"
        return service_error(call.operation, code, f"{role} is not authorized to perform {call}", 403)

    def _with_keys(self, needs: Iterable[Need]) -> Iterator[Need]:
        for need in needs:
            yield need
            if need.name in self.keys:
                yield from of_key(need, self.keys[need.name])

    def _allows(self, role: str, need: Need) -> bool:
        if (role, need) not in self.asked:
            self.asked[role, need] = self._answer(role, need)
        return self.asked[role, need]

    def _answer(self, role: str, need: Need) -> bool:
        facts = {"aws:PrincipalArn": role, "aws:SecureTransport": "true", **dict(need.told)}
        own = [each for each in self.statements[role] if _concerns(each, need, facts)]
        of_resource = [each for each in self.policies.get(need.name, ()) if _concerns(each, need, facts)]
        allowing = [
            pattern
            for statement in own
            if statement["Effect"] == "Allow"
            for pattern in statement["Resource"]
            if _is_like(pattern, need.resource)
        ]
        self.used.update((role, need.action, pattern) for pattern in allowing)
        for_everybody = [each for each in of_resource if each["Principal"] in _EVERYBODY]
        forbidden = any(statement["Effect"] == "Deny" for statement in [*own, *for_everybody])
        trusted = not need.action.startswith("kms:") or any(each["Principal"] == _THIS_ACCOUNT for each in of_resource)
        allowed = bool(allowing) and trusted and not forbidden
        if not allowed:
            self.denied.add((role, need.action, need.resource))
        return allowed


def _concerns(statement: Statement, need: Need, facts: Facts) -> bool:
    """Whether a statement is about this, whatever it says of it."""
    return (
        any(_is_like(pattern.lower(), need.action.lower()) for pattern in statement["Action"])
        and any(_is_like(pattern, need.resource) for pattern in statement["Resource"])
        and all(
            _OPERATORS[operator](wanted if isinstance(wanted, list) else [wanted], facts.get(key))
            for operator, conditions in statement.get("Condition", {}).items()
            for key, wanted in conditions.items()
        )
    )


def _is_like(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a policy, in which * and ? alone mean something."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _equals(wanted: Sequence[str], found: str | None) -> bool:
    return found in wanted


def _like(wanted: Sequence[str], found: str | None) -> bool:
    return found is not None and any(_is_like(pattern, found) for pattern in wanted)


# Those that the template uses. A negated one holds for what is not there (IAM User Guide, "IAM JSON policy elements:
# Condition operators", 2026-11).
_OPERATORS: Mapping[str, Callable[[Sequence[str], str | None], bool]] = {
    "Bool": _equals,
    "StringEquals": _equals,
    "ArnEquals": _like,
    "ArnLike": _like,
    "ArnNotLike": lambda wanted, found: not _like(wanted, found),
}
