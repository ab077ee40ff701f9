"""Textract's blocks to what a page says. Pure.

parser.py         blocks to pages of lines, fields, tables, answers, and layout
page_blocks.py    one page's blocks, by id and by type
table_blocks.py   TABLE blocks to tables
page.py           what Textract read on a page
reading_order.py  the order in which a person reads a page
xy_cut.py         that order from geometry alone
"""
