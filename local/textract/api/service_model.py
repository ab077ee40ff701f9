"""The model of Textract in botocore: operations, parameters, replies, and exceptions."""

from functools import cache

from botocore.model import ServiceModel
from botocore.session import Session


@cache
def load_model() -> ServiceModel:
    """The service's model."""
    return Session().get_service_model("textract")
