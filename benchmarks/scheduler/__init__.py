"""How full the async scheduler keeps Textract's quotas: the deployed handlers, with a virtual clock.

case.py      the documents that arrive, and the quotas that they meet
run.py       a case in the simulated AWS, with realistic call and delivery times
ideal.py     the same documents with a perfect scheduler
measures.py  compares the two
report.py    prints a table
"""
