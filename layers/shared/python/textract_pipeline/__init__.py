"""The shared layer: everything the functions have in common.

boto3 is imported here, and so before anything else of the layer: where it is imported by a module that a module
imports, and so on, CPython's stack has to grow while urllib3 compiles its patterns, which may take 20 ms longer.
"""

import boto3  # noqa: F401
