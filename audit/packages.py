"""`python -m audit.packages --advisories required|optional LOCK…`: every locked package against PyPI's advisories.

It runs in the environment of the audit, whose pip-audit asks PyPI. Some networks have PyPI's packages only, and not its
advisories. pip-audit cannot tell the two apart, so this asks first for something that PyPI surely has.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from urllib.request import urlopen

NOT_CHECKED = "pip-audit: PyPI's advisories could not be reached: NOT CHECKED"
_KNOWN = "https://pypi.org/pypi/requests/2.19.0/json"  # has had advisories since 2018
_SECONDS = 30


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 if no package has an advisory, or if they are optional and cannot be reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--advisories", choices=("required", "optional"), required=True)
    parser.add_argument("locks", nargs="+")
    options = parser.parse_args(arguments)
    if not are_reachable():
        print(f"\n{'!' * len(NOT_CHECKED)}\n{NOT_CHECKED}\n{'!' * len(NOT_CHECKED)}\n", flush=True)  # noqa: T201
        return 0 if options.advisories == "optional" else 1
    return max([_audit(lock) for lock in options.locks])


def are_reachable(url: str = _KNOWN) -> bool:
    """Whether PyPI answers with the advisories of a version that has some."""
    try:
        with urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310  # nosec B310 - the address is ours
            return bool(json.load(answer)["vulnerabilities"])
    except (OSError, ValueError, LookupError, TypeError):  # no network, another answer than JSON, or another JSON
        return False


def _audit(lock: str) -> int:
    """pip-audit's exit status. A lock has everything with hashes, so that nothing is resolved or downloaded."""
    options = ["--strict", "--disable-pip", "--require-hashes", f"--requirement={lock}"]
    return subprocess.run([sys.executable, "-m", "pip_audit", *options], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
