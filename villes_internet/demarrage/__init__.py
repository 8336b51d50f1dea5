"""From a fresh clone to a running product: installation, embedded database, supervision.

``installer`` runs with the system's Python, before any dependency exists; the rest runs in the virtual environment.
"""
