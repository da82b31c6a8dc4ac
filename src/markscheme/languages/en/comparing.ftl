another-form = another form of the key
statements-not-one-by-one = these statements are not the key's one by one, and may have the same solutions
sets-with-names = these sets have names in them, and are written in another way
said-of-unknown-unit = it is said of { $unit }, and it is not known what one of them is
other-unit = the unit is { $unit }, not { $said }
numbers-agree-units-differ = the numbers agree; the key is of { $unit }, and this of { $said }
key-about-others = the key is about { $key }, and this about { $said }
intervals-against = { $said } against { $count } of the key's
shape-against = { $said } against { $key } of the key's
answers-against = { $said } against { $count } of the key's
entries-too-many-to-compare = these are too many entries to compare
answers-compared-up-to = up to { $most } answers are compared
answer-other-times = it gives an answer another number of times than the key
statements-compared-up-to = up to { $most } statements are compared
said-of-unnamed = it is said of { $name }, which the key does not name
about-another = it is about { $said }, and the key about { $key }
all-against-one = one says that all of these hold, the other that one of them does
yours-says = yours says { $said }, the key { $key }
values-agree-names-differ = the values agree in their order, and are said of other names than the key's
unit-or-symbol = { $unit } may be a unit of the key's, or a symbol
degrees-against-radians = the key is an angle in radians, and this is in degrees
other-statements = these are other statements than the key's, and may have the same solutions
key-says-it-of = the key says it of { $key }, and this of { $said }
some-arrays = some matrices and vectors ({ $at })
nothing-real = nothing real
every-point = every point
yours-is = yours is { $yours }, the key { $key }
yours-gives = yours gives { $yours }, the key { $key }
digits-do-not-tell = their digits do not tell whether they are the same number
laws-not-known = the laws of { $names } are not known here
derivatives-otherwise = derivatives are written in another way than the key's
too-few-points = there are too few points at which both this and the key have a value
agree-where-both-real = they agree wherever both have a real value, but { $lone }
depends-on-letters = whether they agree depends on which letters are matrices, vectors and numbers
too-much-work = it takes too much work to compare them
numbers-too-large = these numbers are too large to be compared
no-value-in-either = neither this nor the key has a value
agree-as-far-as-computed = they agree as far as they can be computed
no-common-value = these have no common value
as-programs-compute = the key as programs compute it
rounded-to = rounded to { $places } decimals: off by { $off }
off-by = off by { $off }
at-yours-gives = at { $where } yours gives { $yours }, the key { $key }
values-too-large = its values are too large to be compared
key-is-another-thing = the key is { $key }, and this is { $said }
number-too-large-to-compare = this number is too large to be compared
it-is = it is { $what }
expected-several = expected several answers, such as 1, 2 or (1, 2)
expected-equation = expected an equation such as 2x + y = 3
nested-too-deeply = this is nested too deeply to be compared
relation-no-multiple = this relation is no multiple of the key's, and may have the same solutions
equation-no-multiple = this equation is no multiple of the key's, and may have the same solutions
chains-by-hand = chains of several relations are compared by a person
other-words = these are not the key's words, and may mean the same
expected-words = expected up to { $most } words
another-word = another word for { $key }
another-time = it is another time than the key's
for-numbers-in = for the numbers in { $domain }
rounded-off-by = rounded, off by { $off }
write-the-unit = write the unit too, such as { $example }
measured-in = it is measured in { $said }, and a number of { $unit } is asked for
another-right-order = in another order that is right too
line-twice = { $line } stands there twice; each line has one place
line-does-not-belong = { $line } does not belong there
lines-missing = { $count } of the lines are missing
another-line-at = another line stands at place { $place }
line-before = { $earlier } must stand before { $later }
right-ticks = Right ticks: { $right }, wrong ones: { $wrong }.
right-entries = Right entries: { $right } of { $count }.
agrees-within-tolerance = within the tolerance of { $tolerance }
agrees-rounded = rounded
near-other-sign = the key with the other sign
near-reciprocal = the key's reciprocal
near-twice = twice the key
near-another-order = the key's entries in another order
near-transposed = the key transposed
near-times = the key times { $ten }
near-over = the key over { $ten }
near-half = half the key
by-rubric = A person marks this by its rubric.
longer-than = this is longer than { $longest } characters
no-value-anywhere = this has no value: it divides by zero, or takes the root of a negative number
expression-too-large = this expression is too large to be compared
several-intervals =
    { $count ->
        [0] no intervals
        [one] { $count } interval
       *[other] { $count } intervals
    }
several-answers =
    { $count ->
        [one] { $count } answer
       *[other] { $count } answers
    }
several-entries = { $count } entries
end-infinite-low = the low end is infinite in the key
end-finite-low = the low end is not infinite in the key
end-infinite-high = the high end is infinite in the key
end-finite-high = the high end is not infinite in the key
end-included-low = the low end is included in the key
end-left-out-low = the low end is left out in the key
end-included-high = the high end is included in the key
end-left-out-high = the high end is left out in the key
end-note-low = low end: { $note }
end-note-high = high end: { $note }
end-rounded-low = low end { $note }
end-rounded-high = high end { $note }
place-row-column = row { $row }, column { $column }
place-entry = entry { $entry }
at-place = { $place }: { $note }
place-rounded = { $place } { $note }
not-in-key = { $items } is not in the key
missing-of-key = { $missing } of the key's { $count } is missing
truths-differ =
    with { $told } yours is { $yours ->
        [yes] true
       *[no] false
    }, the key { $key ->
        [yes] true
       *[no] false
    }
is-true = { $name } true
is-false = { $name } false
agree-where-positive =
    they agree where { $names } { $count ->
        [one] is
       *[other] are
    } positive alone
this-has-none-at = this has none at { $place }
key-has-none-at = the key has none at { $place }
reading-as = { $name } as { $option }
plain-reading = the plain reading
with-undecided = with { $told } it is not decided
with-agree = with { $told } they agree
with-differ = with { $told } they differ
more-ways-than-one = this can be read in more ways than one: { $ways }
only-key-holds = at { $point } only the key holds
only-yours-holds = at { $point } only yours holds
solves-equation = { $point } solves the key's equation, and not yours
solves-equations = { $point } solves the key's equations, and not yours
solves-yours = { $point } solves yours, and not the key's
within-tolerance = off by { $off }, within the tolerance of { $tolerance }
beyond-tolerance = off by { $off }, beyond the tolerance of { $tolerance }
option-a-list = a list
option-a-decimal-comma = a decimal comma
option-thousands = thousands
option-a-function = a function
option-a-factor = a factor
option-imaginary = imaginary
option-symbol = symbol
option-symbols = symbols
option-of-vectors = of vectors
option-of-sets = of sets
option-list = list
option-interval = interval
option-a-full-stop = a full stop
option-a-factorial = a factorial
option-not-equal = not equal
option-a-difference = a difference
option-a-hundredth = a hundredth
option-the-unit-that-is-asked-for = the unit that is asked for
option-a-letter = a letter
option-a-unit = a unit
option-a-symbol = a symbol
expected-set-of-tuples = expected a set of tuples, such as { $example }
expected-tuples-of = expected tuples of { $width } entries, not ({ $said })
expected-truths = expected { $rows } of T or F, such as { $example }
expected-distribution = expected a name and its parameters, such as { $example }
no-such-distribution = no distribution is known as { $name }
parameters-of = { $name } has { $count } parameters, not { $said }
rate-or-reciprocal = the last parameter is meant to be the rate, and here it may be its reciprocal
lines-too-many = more than { $lines } lines, or one of more than { $longest } characters
expected-printed-lines = expected the lines that are printed
same-but-spaces = the same but for spaces
other-quotation-marks = it has other quotation marks than are printed
characters-too-many = more than { $most } characters
variance-or-another = the second parameter is meant to be the variance, and here it may be another
deviation-or-another = the second parameter is meant to be the standard deviation, and here it may be another
