another-form = eine andere Form der Lösung
statements-not-one-by-one = diese Aussagen sind nicht einzeln die der Lösung, und können dieselben Lösungen haben
sets-with-names = diese Mengen enthalten Namen, und sind anders geschrieben
said-of-unknown-unit = es ist von { $unit } die Rede, und was eines davon ist, ist nicht bekannt
other-unit = die Einheit ist { $unit }, nicht { $said }
numbers-agree-units-differ = die Zahlen stimmen überein; die Lösung hat { $unit }, dies { $said }
key-about-others = die Lösung handelt von { $key }, dies von { $said }
intervals-against = { $said } gegen { $count } der Lösung
shape-against = { $said } gegen { $key } der Lösung
answers-against = { $said } gegen { $count } der Lösung
entries-too-many-to-compare = das sind zu viele Einträge für einen Vergleich
answers-compared-up-to = verglichen werden bis zu { $most } Antworten
answer-other-times = es nennt eine Antwort öfter oder seltener als die Lösung
statements-compared-up-to = verglichen werden bis zu { $most } Aussagen
said-of-unnamed = es ist von { $name } die Rede, und die Lösung nennt es nicht
about-another = dies handelt von { $said }, die Lösung von { $key }
all-against-one = das eine sagt, dass alle davon gelten, das andere, dass eines gilt
yours-says = Ihre Antwort sagt { $said }, die Lösung { $key }
values-agree-names-differ = die Werte stimmen in ihrer Reihenfolge überein, und sind von anderen Namen gesagt als in der Lösung
unit-or-symbol = { $unit } kann eine Einheit der Lösung sein, oder ein Symbol
degrees-against-radians = die Lösung ist ein Winkel im Bogenmaß, und dies ist in Grad
other-statements = dies sind andere Aussagen als die der Lösung, und sie können dieselben Lösungen haben
key-says-it-of = die Lösung sagt es von { $key }, und dies von { $said }
some-arrays = einigen Matrizen und Vektoren ({ $at })
nothing-real = nichts Reelles
every-point = jedem Punkt
yours-is = Ihre Antwort ist { $yours }, die Lösung { $key }
yours-gives = Ihre Antwort ergibt { $yours }, die Lösung { $key }
digits-do-not-tell = ihre Ziffern sagen nicht, ob es dieselbe Zahl ist
laws-not-known = die Gesetze von { $names } sind hier nicht bekannt
derivatives-otherwise = Ableitungen sind anders geschrieben als in der Lösung
too-few-points = es gibt zu wenige Punkte, an denen sowohl dies als auch die Lösung einen Wert hat
agree-where-both-real = sie stimmen überein, wo beide einen reellen Wert haben, aber { $lone }
depends-on-letters = ob sie übereinstimmen, hängt davon ab, welche Buchstaben Matrizen, Vektoren und Zahlen sind
too-much-work = sie zu vergleichen ist zu viel Arbeit
numbers-too-large = diese Zahlen sind zu groß, um verglichen zu werden
no-value-in-either = weder dies noch die Lösung hat einen Wert
agree-as-far-as-computed = sie stimmen überein, so weit sie sich berechnen lassen
no-common-value = diese haben keinen gemeinsamen Wert
as-programs-compute = die Lösung, wie Programme sie berechnen
rounded-to = auf { $places } Dezimalen gerundet: um { $off } daneben
off-by = um { $off } daneben
at-yours-gives = bei { $where } ergibt Ihre Antwort { $yours }, die Lösung { $key }
values-too-large = seine Werte sind zu groß, um verglichen zu werden
key-is-another-thing = die Lösung ist { $key }, und dies ist { $said }
number-too-large-to-compare = diese Zahl ist zu groß, um verglichen zu werden
it-is = es ist { $what }
expected-several = erwartet werden mehrere Antworten, wie 1, 2 oder (1, 2)
expected-equation = erwartet wird eine Gleichung wie 2x + y = 3
nested-too-deeply = dies ist zu tief verschachtelt, um verglichen zu werden
relation-no-multiple = diese Beziehung ist kein Vielfaches der Lösung, und kann dieselben Lösungen haben
equation-no-multiple = diese Gleichung ist kein Vielfaches der Lösung, und kann dieselben Lösungen haben
chains-by-hand = Ketten mehrerer Beziehungen vergleicht eine Person
other-words = dies sind nicht die Wörter der Lösung, und sie können dasselbe bedeuten
expected-words = erwartet werden bis zu { $most } Wörter
another-word = ein anderes Wort für { $key }
another-time = es ist eine andere Zeit als die der Lösung
for-numbers-in = für die Zahlen in { $domain }
rounded-off-by = gerundet, um { $off } daneben
write-the-unit = schreiben Sie auch die Einheit, etwa { $example }
measured-in = es ist in { $said } gemessen, und gefragt ist eine Zahl in { $unit }
another-right-order = in einer anderen Reihenfolge, die auch richtig ist
line-twice = { $line } steht zweimal da; jede Zeile hat einen Platz
line-does-not-belong = { $line } gehört nicht dorthin
lines-missing = { $count } der Zeilen fehlen
another-line-at = an Platz { $place } steht eine andere Zeile
line-before = { $earlier } muss vor { $later } stehen
right-ticks = Richtige Kreuze: { $right }, falsche: { $wrong }.
right-entries = Richtige Einträge: { $right } von { $count }.
agrees-within-tolerance = innerhalb der Toleranz von { $tolerance }
agrees-rounded = gerundet
near-other-sign = die Lösung mit dem anderen Vorzeichen
near-reciprocal = der Kehrwert der Lösung
near-twice = das Doppelte der Lösung
near-another-order = die Einträge der Lösung in anderer Reihenfolge
near-transposed = die transponierte Lösung
near-times = die Lösung mal { $ten }
near-over = die Lösung durch { $ten }
near-half = die Hälfte der Lösung
by-rubric = Dies bewertet eine Person nach ihrem Schema.
longer-than = dies hat mehr als { $longest } Zeichen
no-value-anywhere = dies hat keinen Wert: Es teilt durch null, oder zieht die Wurzel einer negativen Zahl
expression-too-large = dieser Ausdruck ist zu groß, um verglichen zu werden
several-intervals =
    { $count ->
        [0] keine Intervalle
        [one] { $count } Intervall
       *[other] { $count } Intervalle
    }
several-answers =
    { $count ->
        [one] { $count } Antwort
       *[other] { $count } Antworten
    }
several-entries = { $count } Einträge
end-infinite-low = das untere Ende ist in der Lösung unendlich
end-finite-low = das untere Ende ist in der Lösung nicht unendlich
end-infinite-high = das obere Ende ist in der Lösung unendlich
end-finite-high = das obere Ende ist in der Lösung nicht unendlich
end-included-low = das untere Ende gehört in der Lösung dazu
end-left-out-low = das untere Ende gehört in der Lösung nicht dazu
end-included-high = das obere Ende gehört in der Lösung dazu
end-left-out-high = das obere Ende gehört in der Lösung nicht dazu
end-note-low = unteres Ende: { $note }
end-note-high = oberes Ende: { $note }
end-rounded-low = unteres Ende { $note }
end-rounded-high = oberes Ende { $note }
place-row-column = Zeile { $row }, Spalte { $column }
place-entry = Eintrag { $entry }
at-place = { $place }: { $note }
place-rounded = { $place } { $note }
not-in-key = { $items } ist nicht in der Lösung
missing-of-key = { $missing } der { $count } der Lösung fehlen
truths-differ =
    mit { $told } ist Ihre Antwort { $yours ->
        [yes] wahr
       *[no] falsch
    }, die Lösung { $key ->
        [yes] wahr
       *[no] falsch
    }
is-true = { $name } wahr
is-false = { $name } falsch
agree-where-positive =
    sie stimmen nur überein, wo { $names } positiv { $count ->
        [one] ist
       *[other] sind
    }
this-has-none-at = dies hat keinen bei { $place }
key-has-none-at = die Lösung hat keinen bei { $place }
reading-as = { $name } als { $option }
plain-reading = der einfachen Lesart
with-undecided = mit { $told } ist es nicht entschieden
with-agree = mit { $told } stimmen sie überein
with-differ = mit { $told } unterscheiden sie sich
more-ways-than-one = dies lässt sich auf mehrere Arten lesen: { $ways }
only-key-holds = bei { $point } gilt nur die Lösung
only-yours-holds = bei { $point } gilt nur Ihre Antwort
solves-equation = { $point } löst die Gleichung der Lösung, und nicht Ihre
solves-equations = { $point } löst die Gleichungen der Lösung, und nicht Ihre
solves-yours = { $point } löst Ihre, und nicht die der Lösung
within-tolerance = um { $off } daneben, innerhalb der Toleranz von { $tolerance }
beyond-tolerance = um { $off } daneben, außerhalb der Toleranz von { $tolerance }
option-a-list = eine Liste
option-a-decimal-comma = ein Dezimalkomma
option-thousands = Tausender
option-a-function = eine Funktion
option-a-factor = ein Faktor
option-imaginary = die imaginäre Einheit
option-symbol = ein Symbol
option-symbols = Symbole
option-of-vectors = von Vektoren
option-of-sets = von Mengen
option-list = eine Liste
option-interval = ein Intervall
option-a-full-stop = ein Satzende
option-a-factorial = eine Fakultät
option-not-equal = ungleich
option-a-difference = eine Differenz
option-a-hundredth = ein Hundertstel
option-the-unit-that-is-asked-for = die gefragte Einheit
option-a-letter = ein Buchstabe
option-a-unit = eine Einheit
option-a-symbol = ein Symbol
expected-set-of-tuples = erwartet wird eine Menge von Tupeln, etwa { $example }
expected-tuples-of = erwartet werden Tupel aus { $width } Einträgen, nicht ({ $said })
expected-truths = erwartet werden { $rows } von T oder F, etwa { $example }
expected-distribution = erwartet wird ein Name mit seinen Parametern, etwa { $example }
no-such-distribution = es ist keine Verteilung bekannt, die { $name } heißt
parameters-of = { $name } hat { $count } Parameter, nicht { $said }
rate-or-reciprocal = der letzte Parameter soll die Rate sein, und hier kann er ihr Kehrwert sein
lines-too-many = mehr als { $lines } Zeilen, oder eine von mehr als { $longest } Zeichen
expected-printed-lines = erwartet werden die Zeilen, die ausgegeben werden
same-but-spaces = dasselbe, bis auf Leerzeichen
other-quotation-marks = es hat andere Anführungszeichen, als ausgegeben werden
characters-too-many = mehr als { $most } Zeichen
variance-or-another = der zweite Parameter soll die Varianz sein, und hier kann er etwas anderes sein
deviation-or-another = der zweite Parameter soll die Standardabweichung sein, und hier kann er etwas anderes sein
