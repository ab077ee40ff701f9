"""The error messages of a function whose environment is wrong."""

import pytest

from textract_pipeline.settings import RegisterSettings, SettingsError, from_environment

ENVIRONMENT = {"DOCUMENTS_TABLE": "table", "FEATURES": '{"": ["text"]}', "QUERIES": "{}", "OTHER": "ignored"}


def test_settings_are_read_from_the_environment() -> None:
    assert from_environment(RegisterSettings, ENVIRONMENT) == RegisterSettings("table", {"": ["text"]}, {})


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(SettingsError, match="DOCUMENTS_TABLE is not set"):
        from_environment(RegisterSettings, {})


def test_a_variable_that_is_not_json_is_named() -> None:
    with pytest.raises(SettingsError, match="FEATURES is not JSON"):
        from_environment(RegisterSettings, ENVIRONMENT | {"FEATURES": "text"})
