"""All settings of one local Textract; command.py fills them in from the command line."""

from dataclasses import dataclass, field
from pathlib import Path

from local.textract.api.faults import Fault, Latency
from local.textract.api.limits import Quotas


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service behaves. Without `jobs_folder`, jobs end with the process."""

    quotas: Quotas = field(default_factory=Quotas)
    jobs_folder: Path | None = None
    s3_endpoint: str | None = None  # else boto3's own
    latencies: tuple[Latency, ...] = ()
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    recordings: Path | None = None
    records: bool = False  # whether to ask AWS for what is not recorded
