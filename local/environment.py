"""The environment of the local cloud's processes: paths, language, and package index from the machine, but no AWS.

The machine's AWS credentials, profile, and endpoints are left out, and so are all other variables that would affect CDK
or MiniStack.
"""

import os
from pathlib import Path

import boto3

from local.loopback import reach_loopback

PROJECT = Path(__file__).parent.parent
STATE_DIRECTORY = PROJECT / ".local"  # everything that the local cloud leaves on the machine
REGION = "us-east-1"
ACCOUNT = "000000000000"  # the account that MiniStack's root credentials belong to

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH")
# pip downloads the layer's packages when the stack is synthesized for the first time.
_FOR_PIP = ("PIP_", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def aws_variables(endpoint: str, authority: Path) -> dict[str, str]:
    """The variables that send every AWS call to an endpoint on loopback; the machine's configuration is ignored.

    `authority` is the file of the certificate authority of the endpoint's certificate.
    """
    bypassed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    return {
        "AWS_ACCESS_KEY_ID": "test",  # MiniStack's root credentials
        "AWS_SECRET_ACCESS_KEY": "test",  # nosec B105 - MiniStack's, too
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CA_BUNDLE": str(authority),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "no_proxy": f"{bypassed},127.0.0.1" if bypassed else "127.0.0.1",
    }


def process_environment(temporary: Path, endpoint: str, authority: Path) -> dict[str, str]:
    """The whole environment of a process of the local cloud; its temporary files go to `temporary`."""
    passed_on = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith(_FOR_PIP)}
    return passed_on | {"TMPDIR": str(temporary)} | aws_variables(endpoint, authority)


def point_this_process_at(endpoint: str, s3control_endpoint: str, authority: Path) -> None:
    """Send this process's own AWS calls to the local cloud, and nowhere else; those of S3 Control go to its own server.

    This affects clients made afterwards.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(aws_variables(endpoint, authority), AWS_ENDPOINT_URL_S3_CONTROL=s3control_endpoint)
    boto3.DEFAULT_SESSION = boto3.Session()
    reach_loopback(boto3.DEFAULT_SESSION.events)
