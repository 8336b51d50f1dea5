"""The light pages that other sites show in a frame, and how to ask for them."""
