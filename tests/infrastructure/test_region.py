"""A Region without Textract is refused before anything is deployed."""

import pytest

from stacks.config import ConfigError
from stacks.region import check_region


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", None])
def test_a_region_that_has_textract_or_is_not_known_yet_is_fine(region: str | None) -> None:
    check_region(region)


@pytest.mark.parametrize("region", ["eu-north-1", "sa-east-1", "cn-north-1"])
def test_a_region_without_textract_is_refused_with_those_that_have_it(region: str) -> None:
    with pytest.raises(ConfigError, match=f"Textract is not in {region}"):
        check_region(region)
