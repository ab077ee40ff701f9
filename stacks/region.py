"""Checks that the stack can be deployed to a Region: not every Region has Textract."""

import boto3

from stacks.config import ConfigError


def check_region(region: str | None) -> None:
    """Raise ConfigError if the Region does not have Textract. None, a Region that is not known yet, is not checked."""
    if region is None:
        return
    session = boto3.Session()
    partition = session.get_partition_for_region(region)
    regions = session.get_available_regions("textract", partition_name=partition)
    if region not in regions:
        raise ConfigError(
            f"Amazon Textract is not in {region}, according to boto3 {boto3.__version__}: no document could be read."
            f" Deploy to one of {', '.join(regions) or 'the Regions of another partition'} (AWS_REGION, or --profile)."
        )
