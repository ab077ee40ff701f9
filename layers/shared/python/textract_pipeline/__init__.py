"""The shared layer: everything that the functions have in common.

boto3 is imported here, before any other module of the layer. Imported from a deeper level, it can take 20 ms longer:
CPython's stack has to grow while urllib3 compiles its patterns.
"""

import boto3  # noqa: F401
