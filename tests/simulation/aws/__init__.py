"""The simulated AWS: one module per service, as strict as its documentation.

expressions.py  DynamoDB's conditions and updates
errors.py       the errors that the services answer with
"""
