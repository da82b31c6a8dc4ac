"""The midterm of CSC 671, Deep Learning, as recovered from a public copy of its questions and answers.

Restated are the questions that computing decides: 1, 3, 4, 6, 9, 11, 12, 14 to 18 and 25 of twenty-five. The others (2, 5, 7, 8, 10, 13,
19 to 24) ask for terms and opinions. Its figures are lost. A variant is called for its question, as in `csc671-11`.
"""
