"""From Textract's blocks to the content of pages. Pure.

parser.py         converts blocks to pages of lines, fields, tables, answers, and layout
page_blocks.py    one page's blocks, by id and by type
table_blocks.py   converts TABLE blocks to tables
layout_blocks.py  converts LAYOUT blocks to the parts of a page
page.py           what Textract read on a page
checkboxes.py     the marks of checkboxes among the lines
skew.py           how askew a page was scanned
upright.py        where things are once it is upright and straight
reading_order.py  the order in which a person reads a page
xy_cut.py         the same from geometry alone
"""
