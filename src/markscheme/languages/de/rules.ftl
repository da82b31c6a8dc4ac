# How the marks of a paper are counted, as its students are told.

bonus-points = { $marks } { $marks ->
    [one] Bonuspunkt
   *[other] Bonuspunkte
}
bonus-pts = { $marks } Bonus-Pkt.
bonus-marks = { $marks } { $marks ->
    [one] Bonuspunkt
   *[other] Bonuspunkte
}
bonus-rule = Diese Punkte kommen zu den anderen hinzu.
choose-best = Von { $options } { $count ->
    [one] zählt { $count }: das, was Ihnen die meisten Punkte bringt.
   *[other] zählen { $count }: die, die Ihnen die meisten Punkte bringen.
}
choose-first = Von { $options } { $count ->
    [one] zählt { $count }: das, was Sie zuerst bearbeiten.
   *[other] zählen { $count }: die, die Sie zuerst bearbeiten.
}
question-number = Aufgabe { $number }
pool = Von { $count } Teilen enthält Ihr Exemplar { $options }.
penalty = Eine falsche Wahl kostet { $points }; eine leere kostet nichts.
floor = Zusammen ergeben diese Fragen nie weniger als { $floor }.
dont-know = Ich weiß es nicht
dont-know-rule = „Ich weiß es nicht“ kostet nichts.
dont-know-earns = „Ich weiß es nicht“ bringt { $points }.
version = Version { $version }
minutes = { $count } Minuten
date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
frame-own-name = Name, Vorname:
