"""Read models of the public search, one file a subject."""
