# What stands in questions and solutions beside their own texts.

noun-a-sequence-of-tokens = eine Folge von Tokens
noun-sequences-of-tokens = Folgen von Tokens
noun-a-choice = eine Auswahl
noun-a-selection = eine Auswahl, auch mehrerer
noun-yes-or-no = ja oder nein
noun-a-few-words = einige Wörter
noun-a-mathematical-expression = ein mathematischer Ausdruck
noun-a-list-of-answers = eine Liste von Antworten
noun-an-equation = eine Gleichung
noun-a-set-of-real-numbers = eine Menge reeller Zahlen
noun-an-interval = ein Intervall
noun-an-explanation = eine Erklärung
noun-an-integer = eine ganze Zahl
noun-a-number = eine Zahl
noun-a-real-number = eine reelle Zahl
noun-a-list-of-numbers = eine Liste von Zahlen
noun-a-vector = ein Vektor
noun-a-matrix = eine Matrix
noun-a-shape = eine Form
noun-an-expression = ein Ausdruck
noun-a-matrix-expression = ein Ausdruck mit Matrizen
noun-a-Python-program = ein Python-Programm
noun-a-number-with-its-unit = eine Zahl mit ihrer Einheit
noun-what-is-printed = was ausgegeben wird
noun-a-set-of-tuples = eine Menge von Tupeln
noun-a-column-of-truths = eine Spalte von Wahrheitswerten
noun-a-distribution = eine Verteilung
noun-lines-in-order = Zeilen in ihrer Reihenfolge

rule-per-entry = Jeder richtige Eintrag bringt seinen Anteil der Punkte (gefragt: { $noun }).
rule-all-or-nothing = Für einen Teil der Antwort gibt es keine Punkte (gefragt: { $noun }).
rule-ticks-per-entry = Jedes Kästchen, das zu Recht angekreuzt oder leer ist, bringt seinen Anteil der Punkte; eine leere Antwort bringt nichts.
rule-ticks-net-correct = Jedes richtige Kreuz bringt seinen Anteil der Punkte, jedes falsche zieht einen Anteil ab; weniger als null wird es nie.
rule-ticks-all-or-nothing = Punkte gibt es nur für genau die richtigen Kreuze.
tolerance = Eine Dezimalzahl gilt als richtig, wenn sie höchstens { $tolerance } abweicht.
tolerance-of = { $of }: Eine Dezimalzahl gilt als richtig, wenn sie höchstens { $tolerance } abweicht.

wanted = Richtig ist alles, wofür gilt: { $properties }. Zum Beispiel:
head-prose = Die Antwort
head-program = Das Programm
marks = Punkte
claim = Behauptung
verdict = Urteil
