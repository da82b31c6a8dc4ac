"""From scanned sheets back to answers: pages, whose they are, where they lie, what is marked on them."""
