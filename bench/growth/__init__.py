"""How the loads go when a million members have twenty million entries: `python -m bench.growth`.

A thousand members live a year through the product's own verbs (`lives.py`), PostgreSQL multiplies their rows (`multiplying.py`), the
bench runs a few of its loads over them, and the runs at different sizes are compared (`comparing.py`).
"""
