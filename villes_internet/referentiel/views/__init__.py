"""Pages of the référentiel: what everyone reads, and what the association does with the versions."""
