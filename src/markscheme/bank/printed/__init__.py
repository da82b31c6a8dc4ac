"""Published exams, a folder each: its papers (TOML), and for each problem a file of its name with what was printed.

A file `eecs182_sp23/linear_rnn.py` has the numbers, the key and the claims that the exam printed of the problem
`attention/linear_rnn`. It is loaded with its problem.
"""
