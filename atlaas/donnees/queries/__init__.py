"""The public fiches as open data: what each column says, and the rows, block after block."""
