"""`textract-pipeline local`: start, stop, and demonstrate the cloud on this machine."""

import signal
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from cli.display import show_documents, show_json, step_report
from cli.downloads.folders import Folders
from cli.downloads.viewing import write_index
from cli.one_by_one import Failures
from cli.results import download
from cli.target import TargetError, local_target
from cli.uploads.files import plan_uploads
from cli.uploads.sending import upload_all
from cli.waiting import exit_unless_all_succeeded, wait_until_ended
from local.cloud import LocalCloud
from local.environment import PROJECT
from local.textract.command import textract

_DOCUMENT_SUFFIXES = {".jpeg", ".jpg", ".pdf", ".png", ".tif", ".tiff"}
_DEMO_SECONDS = 600


@click.group()
def local() -> None:
    """Run the pipeline on this machine.

    MiniStack replaces AWS, and an OCR engine with the same API replaces Textract. No account or network is needed.

    \b
    Example:
      textract-pipeline local up
    """
    # However the command is ended, it cleans up as after Ctrl-C.
    for end in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(end) is not signal.SIG_IGN:  # not under nohup
            signal.signal(end, signal.default_int_handler)


@local.command()
@click.argument("textract_options", metavar="[-- TEXTRACT_OPTION...]", nargs=-1)
@click.option("-c", "--context", "settings", metavar="NAME=VALUE", multiple=True, help="A setting, as for cdk deploy.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def up(*, textract_options: Sequence[str], settings: Sequence[str], as_json: bool) -> None:
    """Start the local cloud and deploy the stack to it; if it is up, deploy the stack again.

    Options after `--` go to the local Textract (see `textract-pipeline local textract --help`).

    \b
    Example:
      textract-pipeline local up -- --concurrent-jobs 2
      textract-pipeline local up -c 'outputs=["text.txt", "document.html"]'
    """
    cloud = LocalCloud().up(textract_options, step_report(), settings)
    if as_json:
        show_json(asdict(cloud))
    else:
        click.echo(f"The local cloud is up at {cloud.endpoint}. Submit a document: textract-pipeline submit PATH")


@local.command()
def down() -> None:
    """Destroy the stack and stop the local cloud.

    \b
    Example:
      textract-pipeline local down
    """
    LocalCloud().down(step_report())
    click.echo("The local cloud is down.")


@local.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def status(*, as_json: bool) -> None:
    """Show the local cloud's endpoints and what is deployed to it. The exit code is 3 if it is down.

    \b
    Example:
      textract-pipeline local status --json
    """
    local_cloud = LocalCloud()
    cloud = local_cloud.current()
    if cloud is None:
        raise TargetError("The local cloud is down: start it with textract-pipeline local up.")
    if as_json:
        show_json(asdict(cloud))
        return
    names = {
        "AWS": cloud.endpoint,
        "Textract": cloud.textract_endpoint,
        "S3 Batch Operations": cloud.s3control_endpoint,
        "Logs": f"{local_cloud.directory}/*.log",
    }
    for name, value in (names | cloud.outputs).items():
        click.echo(f"{name:<28}{value}")


@local.command()
@click.option(
    "--out", "directory", default=Path("out"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--keep", is_flag=True, help="Leave the local cloud up.")
def demo(*, directory: Path, keep: bool) -> None:
    """Start the local cloud, process the samples, fetch the results, and stop the cloud again.

    A cloud that is already up is used, and stays up.

    \b
    Example:
      textract-pipeline local demo --keep
    """
    local_cloud, report, folders, failures = LocalCloud(), step_report(), Folders(directory), Failures()
    was_up = local_cloud.current() is not None
    target = local_target(local_cloud.up([], report))
    try:
        samples = sorted(path for path in (PROJECT / "samples").iterdir() if path.suffix in _DOCUMENT_SUFFIXES)
        report(f"Submitting {len(samples)} documents")
        submissions = upload_all(plan_uploads(samples, "", failures), target.bucket, failures)
        states = wait_until_ended([one.document_id for one in submissions], target.documents, _DEMO_SECONDS)
        documents = [state for state in states if state]
        report(f"Fetching the outputs into {directory}/")
        for document in documents:
            with failures.told(document.key):
                download(document, target, folders)
        report("Making a page of them")
        index = write_index(documents, target, folders, failures)
    finally:
        if not (keep or was_up):
            local_cloud.down(report)
    show_documents(documents, lambda document: f"{folders.of(document)}/", as_json=False)
    click.echo(f"All of them, to look at in a browser: {index}")
    failures.exit()
    exit_unless_all_succeeded(states)


local.add_command(textract)
