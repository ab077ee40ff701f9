"""The content of each output for a page: one module per output, all pure.

A module has a row in `rendering._FORMATS`, and its output has a name in `names.OutputName`.

text.py           text.txt
markdown.py       document.md
document_json.py  document.json, described by document.schema.json
sheets.py         forms.csv, tables.csv, queries.csv; `formulas` is the rule for what a spreadsheet would run
page_files.py     a set of files per page
summary.py        summary.json
"""
