"""What `make bench-mosaique` measures; one file a subject, one function a section, each in an empty database."""
