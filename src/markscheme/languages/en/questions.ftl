# What stands in questions and solutions beside their own texts.

noun-a-sequence-of-tokens = a sequence of tokens
noun-sequences-of-tokens = sequences of tokens
noun-a-choice = a choice
noun-a-selection = a selection
noun-yes-or-no = yes or no
noun-a-few-words = a few words
noun-a-mathematical-expression = a mathematical expression
noun-a-list-of-answers = a list of answers
noun-an-equation = an equation
noun-a-set-of-real-numbers = a set of real numbers
noun-an-interval = an interval
noun-an-explanation = an explanation
noun-an-integer = an integer
noun-a-number = a number
noun-a-real-number = a real number
noun-a-list-of-numbers = a list of numbers
noun-a-vector = a vector
noun-a-matrix = a matrix
noun-a-shape = a shape
noun-an-expression = an expression
noun-a-matrix-expression = a matrix expression
noun-a-Python-program = a Python program
noun-a-number-with-its-unit = a number with its unit
noun-what-is-printed = what is printed
noun-a-set-of-tuples = a set of tuples
noun-a-column-of-truths = a column of truths
noun-a-distribution = a distribution
noun-lines-in-order = lines in order

rule-per-entry = In { $noun } each right entry earns its share of the marks.
rule-all-or-nothing = There are no marks for a part of { $noun }.
rule-ticks-per-entry = Each box that is right, ticked or empty, earns its share of the marks; a blank answer earns nothing.
rule-ticks-net-correct = Each right tick earns its share of the marks; each wrong one takes a share off, but never below zero.
rule-ticks-all-or-nothing = Only all the right ticks and no other earn the marks.
tolerance = A decimal counts as right within { $tolerance }.
tolerance-of = { $of }: a decimal counts as right within { $tolerance }.

wanted = Right is whatever { $properties }. For example:
head-prose = The answer
head-program = The program
marks = marks
claim = claim
verdict = verdict
