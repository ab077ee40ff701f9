"""A page's blocks to what AnalyzeExpense, AnalyzeID, and lending jobs answer.

labeled.py        what stands on a page under a name
expense.py        invoices and receipts
expense_types.py  which of Textract's types a name stands for
line_items.py     the line items of an invoice
identity.py       passports and driver's licenses
mrz.py            a passport's machine-readable zone
lending.py        the pages of a loan package
"""
