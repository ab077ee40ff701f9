"""The command line as a whole: its commands, exit codes, and error messages."""

import click

from cli.outside_text import visible
from cli.program.lazy_group import LazyGroup

_INTERRUPTED = 130  # 128 + SIGINT, as in shells


class _Commands(LazyGroup):
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
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except Exception as error:
            from cli.program.errors import told

            if words := told(error):
                raise words from error
            raise


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


# The summaries are the first sentences of the commands' help.
for name, place, summary in (
    ("local", "cli.local:local", "Run the pipeline on this machine."),
    ("submit", "cli.submit:submit", "Upload documents."),
    ("status", "cli.status:status", "Show the state of documents."),
    ("results", "cli.results:results", "Fetch the outputs of documents."),
    ("reprocess", "cli.reprocess:reprocess", "Process documents again."),
    (
        "backfill",
        "cli.backfill.command:backfill",
        "Import existing documents: plan, price, start, and follow a backfill, and prove it complete.",
    ),
    ("redrive", "cli.redrive:redrive", "Show what is in the dead-letter queues, or send it back."),
    ("forget", "cli.forget:forget", "Delete the outputs of documents and all records of them, and say what is left."),
    ("quota", "cli.quota:quota", "Show the limits for async jobs, where each comes from, and how much is in use."),
    ("doctor", "cli.doctor:doctor", "Find what keeps the pipeline from working, and say what to do about it."),
):
    main.add_lazy(name, place, summary)
