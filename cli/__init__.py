"""The `textract-pipeline` command.

main        the command and its subcommands; one module for each, named as it is
local       the local cloud: up, down, demo, and the local Textract on its own
submit      upload documents; `status`, with `history` of one, follows them
results     fetch or show what was read; `viewing` draws it, `index_page` leads to all of it
reprocess   run documents again; `redrive` sends back what was given up; `forget` deletes
backfill    existing documents: plan, start, status, pause, resume, cancel, reconcile
quota       how full Textract's quotas are; `doctor` says what keeps a pipeline from working
target      which deployed stack a command talks to; `waiting`, `display`, and `one_by_one` serve all commands
"""
