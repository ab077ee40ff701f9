"""The tables of a page.

tables.py      all tables, with their cells
ruled.py       tables that rules show
borderless.py  tables that only the alignment of their text shows
columns.py     the columns and rows of a borderless table
captions.py    titles
"""
