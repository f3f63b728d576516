"""What the language has, a sentence and examples for each: for the language page, completion and refusals.

The tables are held equal to what the program reads by tests/unit/query/test_language_page.py.
"""
