"""What becomes of a page in each output: a module an output, all of them pure.

text.py           text.txt
markdown.py       document.md
document_json.py  document.json, described by document.schema.json
sheets.py         forms.csv, tables.csv, queries.csv; `formulas` is the rule for what a spreadsheet would run
page_files.py     a set of files for each page
summary.py        summary.json
"""
