"""Convert a page's blocks to the answers of AnalyzeExpense, AnalyzeID, and lending jobs.

labeled.py        labeled values on a page
expense.py        invoices and receipts
expense_types.py  which of Textract's types a label means
line_items.py     the line items of an invoice
identity.py       passports and driver's licenses
mrz.py            a passport's machine-readable zone
lending.py        the pages of a loan package
"""
