"""How full the async scheduler keeps Textract's quotas: the deployed handlers, with a virtual clock.

case.py      the documents that come, and the quotas they meet
run.py       a case in the simulated AWS, whose calls and deliveries take as long as in AWS
ideal.py     the same documents with a scheduler that knows all and needs no time
measures.py  the one held against the other
report.py    a table for people
"""
