"""The AWS calls that a document makes, and what they cost.

counting.py         counts the calls of each function
prices.py           prices of AWS calls and of Lambda (a page's price is in `textract_pipeline/prices.py`)
results_handler.py  CPU time and memory of jobresultsproc
"""
