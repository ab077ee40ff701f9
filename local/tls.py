"""The certificate of the local cloud's endpoint: the stack's buckets and queues refuse calls without TLS."""

from dataclasses import dataclass
from pathlib import Path

from local.servers import HOST


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files in a directory: the certificate authority, the server's certificate, and its private key."""

    directory: Path

    @property
    def authority(self) -> Path:
        """The certificate authority, which only this cloud trusts."""
        return self.directory / "authority.pem"

    @property
    def chain(self) -> Path:
        """The endpoint's certificate."""
        return self.directory / "endpoint.pem"

    @property
    def key(self) -> Path:
        """The endpoint's private key."""
        return self.directory / "endpoint-key.pem"

    def issue(self) -> None:
        """Write new files."""
        import trustme  # noqa: PLC0415 - only local mode installs it; the command line works in AWS without

        authority = trustme.CA()
        issued = authority.issue_cert(HOST)
        authority.cert_pem.write_to_path(self.authority)
        self.key.touch(mode=0o600)
        issued.private_key_pem.write_to_path(self.key)
        self.chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
