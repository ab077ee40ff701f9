"""What a backfill would process and cost, and how long it would take.

In the order in which a plan is made:

planner.py     makes the plan with the modules below
source.py      where the documents are
survey.py      goes through all rows once, by name alone
inspection.py  predicts what the pipeline will do with an object
page_count.py  counts a document's pages from a few of its bytes
estimate.py    extrapolates from the inspected objects, with an error margin
duration.py    how long processing takes within the account's quotas
skipped.py     the objects that will not be processed
plan_file.py   the plan and its file
plan_table.py  prints the plan
"""
