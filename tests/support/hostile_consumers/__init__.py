"""What reads people's documents, each in a process of its own, given one document after another and measured.

consumer.py   viewproc, `results --open`, and `backfill plan`, as this process sees them
child.py      the same, in their process: the real code on an AWS by moto
textract.py   the local Textract's own service
store.py      S3 as far as the local Textract needs it
measuring.py  the processor's time and the memory of a process and all those that it has started
"""
