"""Cards and calendars: which property of a card is which field of a record, in both directions.

A property that no field holds, or not as it is written, is kept with the record as a line of its own, in a list named after
the format (`vcard`, `ical`), and goes out again with it.
"""
