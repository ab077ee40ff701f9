"""The command line as a whole: its commands, exit codes, and error messages."""

import click
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from cli.backfill.command import backfill
from cli.doctor import doctor
from cli.forget import forget
from cli.local import local
from cli.outside_text import visible
from cli.quota import quota
from cli.redrive import redrive
from cli.reprocess import reprocess
from cli.results import results
from cli.status import status
from cli.submit import submit
from cli.target import TargetError
from local.cloud_error import LocalCloudError
from textract_pipeline.errors import NoEndpointError, RetryableError

_INTERRUPTED = 130  # 128 + SIGINT, as in shells


class _Commands(click.Group):
    """Turns errors of AWS or the local cloud into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return self._invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.ClickException as error:
            told = visible(error.format_message())  # it may quote a key, or what a service or a document says
            error.format_message = lambda: told  # type: ignore[method-assign] # click has its message final
            raise

    def _invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ParamValidationError as error:
            raise click.UsageError(" ".join(str(error).split())) from error
        except BotoCoreError as error:
            told = " ".join(str(error).split())
            raise TargetError(f"{told} (check --profile and --region; or start a local cloud: local up).") from error
        except (ClientError, RetryableError, NoEndpointError, LocalCloudError) as error:
            raise TargetError(" ".join(str(error).split())) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textract-pipeline")
def main() -> None:
    """Process documents with Amazon Textract: submit them, watch them, and fetch the results.

    Commands use the local cloud of this checkout if it is up (`textract-pipeline local up`), else the stack in AWS,
    with the credentials and region that the AWS CLI would use.

    \b
    Exit codes:
      0    done, and no document failed
      1    a document failed, did not end in time, or does not exist
      2    the command was not understood
      3    the pipeline cannot be found, reached, started, or stopped
      130  interrupted

    \b
    Example:
      textract-pipeline local up
      textract-pipeline submit samples/*.pdf --wait
      textract-pipeline results report.pdf --out out
      textract-pipeline local down
    """


for command in (local, submit, status, results, reprocess, backfill, redrive, forget, quota, doctor):
    main.add_command(command)
