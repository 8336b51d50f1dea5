"""Read models of the comparison: who is in a group and its statistics, then the page."""
