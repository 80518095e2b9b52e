"""The bench: named workloads and reference loads on one machine in one run, so that their ratios hold where rates do not.

`python -m bench` runs it. Not part of the product: nothing in src/ knows it, and no test asserts a timing. Where things
are: what is run in `workloads/`, the load generator in `traffic/`, the goals in `goals.py`, the outputs in `report/`.
"""
