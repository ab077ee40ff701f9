"""An IAM engine that is not ours answers as ours does: to what is done, to what must not be, and without each grant.

Where npm's registry cannot be reached, these tests are skipped, with a warning.
"""

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.simulation import all_calls
from tests.simulation.deployment import Deployment, deployment
from tests.simulation.forbidden import UPLOAD, UPLOADER, UPLOADS, forbidden, forbidden_to_uploaders
from tests.simulation.needs import Need
from tests.simulation.other_engine import installation
from tests.simulation.other_engine.questions import Question, Questions
from tests.simulation.other_engine.services import deeds
from tests.simulation.other_engine.template import Deployed, Policy
from tests.simulation.permissions import Roles
from textract_pipeline.names import OutputName

ALL_OUTPUTS = [name.value for name in OutputName]
CONFIGURATIONS: dict[str, dict[str, object]] = {
    "defaults": {},
    "encryption=customer": {"encryption": "customer"},
    "vpc=true": {"vpc": True},
    "all outputs": {"outputs": ALL_OUTPUTS},
    "all together": {"encryption": "customer", "vpc": True, "outputs": ALL_OUTPUTS, "access_logs": True},
}
DENIED = {"ImplicitlyDenied", "ExplicitlyDenied"}


@dataclass(frozen=True)
class Configuration:
    """A deployment, and what both engines are asked about it."""

    deployment: Deployment
    template: Deployed
    questions: Questions
    asked: dict[tuple[str, Need], bool]  # whatever roles do, and whether our engine allows it

    def roles(self, **others: Any) -> Roles:
        """Our engine, with other statements for some roles. It is asked for what is needed of a key by itself."""
        return Roles({**self.deployment.roles, **others}, self.deployment.policies, {})


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def configuration(request: pytest.FixtureRequest) -> Configuration:
    deployed = deployment(**CONFIGURATIONS[request.param])
    template = Deployed(deployed.template)
    return Configuration(deployed, template, Questions(template), all_calls.asked(deployed))


def answers(questions: Sequence[Question]) -> list[str]:
    """What the other engine says; each question is one that it takes as it is."""
    try:
        found = installation.ask(questions)
    except installation.UnreachableError as error:
        told = f"NOT CHECKED: what another IAM engine says of the permissions, because npm has none: {error}"
        warnings.warn(told, stacklevel=1)
        pytest.skip(told)
    bad = [(each["request"], said) for each, said in zip(questions, found, strict=True) if said["ignored"]]
    assert bad == []
    return [said["errors"]["message"] if said["errors"] else said["result"] for said in found]


def test_both_engines_allow_whatever_roles_do(configuration: Configuration) -> None:
    theirs = answers([configuration.questions.of_role(role, need) for role, need in configuration.asked])
    both = zip(configuration.asked.items(), theirs, strict=True)
    assert [(asked, ours, said) for (asked, ours), said in both if not ours or said != "Allowed"] == []


def test_both_engines_deny_to_each_function_what_it_has_no_business_doing(configuration: Configuration) -> None:
    functions = [name for name in configuration.deployment.functions if name.endswith("Proc")]
    asked = [(f"{function}Role", need) for function in functions for need in forbidden(function)]
    ours = configuration.roles()
    theirs = answers([configuration.questions.of_role(role, need) for role, need in asked])
    both = [(role, need, ours.allow(role, [need]), said) for (role, need), said in zip(asked, theirs, strict=True)]
    assert [each for each in both if each[2] or each[3] not in DENIED] == []


def test_both_engines_deny_outputs_and_plain_text_to_those_who_may_upload(configuration: Configuration) -> None:
    ours = configuration.roles(**{UPLOADER: UPLOADS})
    objects = [f"{configuration.template.arns[name]}/*" for name in ("DocumentsBucket", "ExistingDocumentsBucket")]
    policies = [_policy([{**UPLOADS[0], "Resource": objects}])]
    needs = [UPLOAD, *forbidden_to_uploaders()]
    theirs = answers([configuration.questions.of_role(UPLOADER, need, policies) for need in needs])
    assert [*zip((ours.allow(UPLOADER, [need]) for need in needs), theirs, strict=True)] == [
        (True, "Allowed"),
        (False, "ExplicitlyDenied"),
        (False, "ExplicitlyDenied"),
    ]


def test_services_may_do_what_the_template_connects_them_for(configuration: Configuration) -> None:
    done = [*deeds(configuration.template)]
    theirs = answers([configuration.questions.of_service(deed) for deed in done])
    assert [(deed, said) for deed, said in zip(done, theirs, strict=True) if said != "Allowed"] == []


def test_services_may_not_do_it_for_another_account(configuration: Configuration) -> None:
    others = [deed.for_another_account() for deed in deeds(configuration.template) if deed.is_bounded]
    theirs = answers([configuration.questions.of_service(deed) for deed in others])
    assert [(deed, said) for deed, said in zip(others, theirs, strict=True) if said not in DENIED] == []


def test_without_any_one_statement_of_a_role_both_engines_deny_the_same(configuration: Configuration) -> None:
    by_kind = {(role, need.action, need.name): need for role, need in configuration.asked}
    needs = {role: [need for (of, *_), need in by_kind.items() if of == role] for role, *_ in by_kind}
    questions, ours = [], []
    for role, asked in needs.items():
        [policy] = configuration.template.identity_policies(role)
        for index in range(len(policy["policy"]["Statement"])):
            without = configuration.roles(**{role: _without(configuration.deployment.roles[role], index)})
            ours += [(role, index, need, without.allow(role, [need])) for need in asked]
            rest = [_policy(_without(policy["policy"]["Statement"], index))]
            questions += [configuration.questions.of_role(role, need, rest) for need in asked]
    both = [*zip(ours, answers(questions), strict=True)]
    assert {said for _, said in both} <= {"Allowed", *DENIED}
    assert [(each, said) for each, said in both if each[3] != (said == "Allowed")] == []


def _without(statements: Sequence[Any], index: int) -> list[Any]:
    return [*statements[:index], *statements[index + 1 :]]


def _policy(statements: list[Any]) -> Policy:
    return {"name": "changed", "policy": {"Version": "2012-10-17", "Statement": statements}}


def test_the_lock_has_a_hash_for_each_package_and_names_npms_own_registry() -> None:
    lock = json.loads(installation.LOCK.read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert package["resolved"].startswith("https://registry.npmjs.org/")
