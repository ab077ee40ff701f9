import pytest

from local import ministack
from local.cloud_error import LocalCloudError
from local.servers import Server
from local.tls import Certificate


def test_where_ministack_is_not_installed_the_person_is_told_how_to(tmp_path, monkeypatch):
    monkeypatch.setattr(ministack, "VIRTUAL_ENVIRONMENT", tmp_path / "none")
    with pytest.raises(LocalCloudError, match="run `make setup`"):
        ministack.start(Server("ministack", tmp_path), 1, Certificate(tmp_path), "http://127.0.0.1:2", {})
