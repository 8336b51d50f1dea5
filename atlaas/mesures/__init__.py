"""What `make bench-atlaas` measures: the search, its facets, its pages, at three sizes."""
