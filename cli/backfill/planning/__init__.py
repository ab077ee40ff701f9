"""What a backfill would process, cost, and take.

In the order in which a plan is made:


planner.py     all of it
source.py      where the documents are
survey.py      every row, looked at once by its name alone
inspection.py  what the pipeline will make of an object
page_count.py  how many pages a document has, from few of its bytes
estimate.py    from the inspected objects to all, with an error bar
duration.py    how long it takes at the account's quotas
skipped.py     the objects that will not be processed
plan_file.py   a plan, and its file
plan_table.py  a plan for people
"""
