"""`markscheme serve`: practice, sitting, marking and teaching in the browser."""
