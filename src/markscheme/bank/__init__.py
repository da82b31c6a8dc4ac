"""The bank: one file an exam question, in the folders of their names; `catalog` finds them."""
