"""What is on a page.

geometry.py    rectangles
page.py        a page's pixels, and its text layer if it has one
words.py       words, cleaned up
lines.py       words to lines
typography.py  the size and weight of text
rules.py       rules: straight lines that are drawn on the page
selections.py  checkboxes and radio buttons
signatures.py  signatures
figures.py     figures
"""
