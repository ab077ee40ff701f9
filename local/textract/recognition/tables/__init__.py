"""The tables of a page.

tables.py      all tables, with their cells
ruled.py       tables drawn with rules
borderless.py  tables recognized by the alignment of their text
columns.py     the columns and rows of a borderless table
captions.py    titles
"""
