"""How close the local Textract's results are to the real Textract's.

generated.py  pages with known truth, drawn with `content` and `sheet`
content.py    a response's blocks as the content of each page
sheet.py      draws a page and remembers where everything is
measures.py   compares words, boxes, fields, and cells
"""
