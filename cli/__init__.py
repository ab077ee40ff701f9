"""The `textract-pipeline` command.

main        the command and its subcommands; each has a module of its name, which `program` imports when it is used
local       the local cloud: up, down, demo, and the local Textract alone
submit      upload documents, with `uploads`; `status`, with `history` of one, follows them
results     fetch or show outputs; `downloads` puts them into folders, and makes the viewer and the index page
reprocess   run documents again; `redrive` sends failed messages back; `forget` deletes a document's data;
            `dead_letters` has what both need of the dead-letter queues
backfill    existing documents: plan, start, status, pause, resume, cancel, reconcile
quota       how full Textract's quotas are; `doctor` finds what keeps a pipeline from working
target      which deployed stack a command uses; `waiting`, `display`, and `outside_text` serve all commands;
            with `one_by_one`, a document that fails does not keep a command from the others
"""
