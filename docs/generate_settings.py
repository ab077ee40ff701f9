"""docs/settings.md, from stacks/config.py: `make docs` writes it."""  # noqa: INP001 - docs/ is a folder of pages

import json
from pathlib import Path

from stacks.config import PipelineConfig, meaning

PAGE = Path(__file__).with_name("settings.md")

_TEXT = """\
# Settings

<!-- Written by `make docs` from stacks/config.py. Do not edit this page. -->

Every setting is a key of `context` in `cdk.json`. `cdk deploy -c name=value` overrides it. If a value is wrong or a \
name does not exist, `cdk synth` fails with a line that says what is allowed.

| setting | default | meaning |
|---|---|---|
{rows}

## Example

This looks for text only, except in two folders. Text only costs about one fortieth of the default.

```console
$ cdk deploy -c features='{{"": ["text"], "invoices/": ["text", "tables"], "claims/": ["text", "forms", "queries"]}}' \\
             -c queries='{{"claims/": ["What is the claim number?", "What is the date of loss?"]}}'
```
"""


def settings_page() -> str:
    """The page, with a row for each setting: its name, its default, and its description."""
    return _TEXT.format(rows="\n".join(map(_row, PipelineConfig.model_fields)))


def _row(name: str) -> str:
    field = PipelineConfig.model_fields[name]
    return f"| `{name}` | `{json.dumps(field.get_default())}` | {meaning(name)} |"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
