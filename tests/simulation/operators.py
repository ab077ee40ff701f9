"""What people do with documents that have been processed: reprocess them, list them in another backfill, redrive."""

from collections.abc import Mapping

from cli.dead_letters import sending_back
from cli.dead_letters.looking import DeadLetter, use_each
from cli.one_by_one import Failures
from cli.reprocess import NotEndedError, reopen
from cli.target import Target, TargetError
from tests.simulation.cloud import Cloud
from tests.simulation.rounds import Act, Round
from textract_pipeline.document import Document
from textract_pipeline.events import Backfill, ReprocessPolicy


def act(cloud: Cloud, number: int, round_: Round, outputs: Mapping[str, str]) -> None:
    """Do what the round says."""
    cloud.world.note(f"somebody does: {round_.act}")
    for place, document in enumerate(sorted(cloud.documents(), key=lambda each: each.document_id)):
        if place % 2 not in round_.places:
            continue
        if round_.act is Act.REPROCESS:
            _reprocess(document, Target("the simulation", outputs), cloud)
        else:
            policy = ReprocessPolicy.ALL if round_.act is Act.LIST_ALL_AGAIN else ReprocessPolicy.FAILED
            _list_again(document, Backfill(f"round-{number}", policy), cloud)


def redrive_all(cloud: Cloud, outputs: Mapping[str, str]) -> bool:
    """Send back what was given up, as a person does once all works again; whether there was anything to send."""
    letters = [letter for queue in cloud.dead_letter_queues() for letter in queue.messages]
    works_again = max((until for until, _ in cloud.functions.troubles.values()), default=0)
    while letters and cloud.world.now < max(works_again, *(letter.visible_at for letter in letters)):
        cloud.world.step()
    target = Target("the simulation", outputs)

    def send_back(letter: DeadLetter) -> bool:
        cloud.world.note(f"redrive from {letter.source}: {letter.body}")
        if letter.document:
            cloud.given_up.append(letter.document)
        try:
            sending_back.send_back(letter, target, by="operator")
        except TargetError as error:
            cloud.world.note(f"not sent back: {error.message}")
            return False
        return True

    failures = Failures()
    sent = use_each(send_back, target, failures)
    failures.exit()
    return bool(sent)


def _reprocess(document: Document, target: Target, cloud: Cloud) -> None:
    try:
        run = reopen(document, document.features, target, by="operator")
    except NotEndedError:
        return
    cloud.world.note(f"{document.key} is to be processed again, as run {run}")


def _list_again(document: Document, backfill: Backfill, cloud: Cloud) -> None:
    """A task for what is under the document's key now."""
    stored = cloud.s3.find(document.bucket, document.key)
    if stored:
        cloud.batch_operations.submit(document.bucket, document.key, stored.version_id, backfill.to_arguments())
