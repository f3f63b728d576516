"""The budgets, measured: `python -m benchmarks` runs each against its baseline and prints the ratios side by side.

A budget is one file in `measures/` with `measurements(ground)`; it names what crm does and what the machine could do at
best, and nothing else has to change. Ratios, not milliseconds: the same run measures both sides, turn by turn, so
that a slow machine slows both.
"""
