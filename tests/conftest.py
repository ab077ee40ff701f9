"""For all tests: what is asked of AWS is checked, whichever client of boto3 asks it."""

from botocore.handlers import BUILTIN_HANDLERS

from tests.support.aws_requests import check_client_params

BUILTIN_HANDLERS.append(("provide-client-params", check_client_params))
