"""Import: rows of a file become changes of records, by a map of the book (`imports/NAME.toml`), as one op.

`run.py` is the door: file → rows (crmcli_formats) → bound columns (`binding`) → drafts (`drafts`) → changes (`changes`) →
the bulk road. What is wrong with one row refuses that row, with the reason; what is wrong with the map or the file
stops before anything is written.
"""
