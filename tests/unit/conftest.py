"""What units ask of AWS is checked, whichever client of boto3 asks it."""

from tests.support.aws_requests import check_all_clients

check_all_clients()
