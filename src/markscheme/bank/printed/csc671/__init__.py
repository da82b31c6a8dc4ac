"""The midterm of CSC 671, Deep Learning, as recovered from a public copy of its questions and answers.

Restated are thirteen of its twenty-five questions: 1, 3, 4, 6, 9, 11, 12, 14 to 18 and 25, which computing decides. Of
the others 2 has but one number, and 5, 7, 8, 10, 13 and 19 to 24 ask for terms. Its figures are lost. A variant is
called for its question: `csc671-11`.
"""
