"""The form fields of a page.

form_fields.py     finds all fields, with the modules below
field.py           a form field, and what its finders share
written_fields.py  fields whose key ends in a colon, a number sign, or a dash
drawn_fields.py    fields with a rule or a box to write on
table_fields.py    fields in tables
"""
