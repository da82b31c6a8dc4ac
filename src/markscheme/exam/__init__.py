"""An exam of a class: a folder that is its whole memory, from the roster to the last mark."""
