"""The read API, the write API of a town, their documentation, and the tokens in its space."""
