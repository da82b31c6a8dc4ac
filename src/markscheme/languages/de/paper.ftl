# The frame of a printed paper. What begins with `frame-` goes to paper/exam.typ, which fills in what stands in braces.

frame-solutions = LÖSUNGEN
frame-student-id = Matrikelnummer in DRUCKSCHRIFT:
frame-fill-id = Füllen Sie auch in jeder Spalte ein Kästchen aus.
frame-page = Seite { $page }
frame-page-of = Seite { $page } von { $last }
frame-question = Aufgabe
frame-question-number = Aufgabe { $question }
frame-total = Summe
frame-points = Punkte
frame-score = Erreicht
frame-location = Ort der Prüfung:
frame-name = Name und UNTERSCHRIFT:
frame-last = (Nachname)
frame-first = (Vorname)
frame-signature = (Unterschrift)
frame-section = Übungsgruppe in DRUCKSCHRIFT:
frame-row = Reihe (vorderste ist 1):
frame-seat = Platz (ganz links ist 1):
frame-left = Name und Matrikelnummer der Person links von Ihnen:
frame-right = Name und Matrikelnummer der Person rechts von Ihnen:
frame-front = Name und Matrikelnummer der Person vor Ihnen:
frame-behind = Name und Matrikelnummer der Person hinter Ihnen:
frame-continued = weiter auf der letzten Seite
frame-in-appendix = Rechenweg im Anhang.
frame-sign = Unterschrift:
frame-empty-page = Diese Seite bleibt leer.
frame-doodle-page = Freie Seite
frame-doodle = Zeichnen Sie uns etwas, wenn Sie mögen, oder hinterlassen Sie einen Vorschlag oder eine Beschwerde. Hier können Sie auch melden, was Ihnen verdächtig vorkam. Bei Bedarf können Sie hier auch rechnen; diese Seite wird nur bewertet, wo die Seite der Aufgabe es sagt.
frame-appendix = Anhang: vollständige Rechenwege
frame-trained = Anhang: wirklich trainiert
frame-trained-about = Was aus jeder Behauptung wurde. `markscheme lab run NAME` prüft sie erneut; der Bericht des Versuchs, docs/labs/NAME.md, hat die Belege.

section-0 = Teil 0: Fragen vor Beginn
section-0-notice =
    Blättern Sie erst um, wenn die Aufsicht Sie dazu auffordert.
    Teil 0 oben dürfen Sie vor Beginn der Bearbeitungszeit ausfüllen.
instructions = Hinweise
instructions-usual = Rechnen Sie in den Kästen, und schreiben Sie Ihre Antworten in die Lücken.
notice = Blättern Sie erst um, wenn die Aufsicht Sie dazu auffordert.
honor-code-copy = Schreiben Sie diese Erklärung unten ab, und unterschreiben Sie sie.
honor-code-points = { $points } oder −∞
any-answer-counts = Jede Antwort zählt.
none-of-these = Keine davon
fill-all-that-apply = Wählen Sie alles Zutreffende: Füllen Sie die Kästchen aus
fill-one = Füllen Sie das Kästchen Ihrer Wahl aus
fill-one-a-line = Füllen Sie in jeder Zeile ein Kästchen aus
in-points = { $marks } { $marks ->
    [one] Punkt
   *[other] Punkte
}
in-pts = { $marks } Pkt.

# The paper as a web page or as Markdown.

in-marks = { $marks } { $marks ->
    [one] Punkt
   *[other] Punkte
}
honor-code-marks = { $marks }, sonst zählt nichts
solution = Lösung
solutions = Lösungen
figure = Abbildung:
trained = Trainiert: markscheme lab run { $lab }
such-as = { $noun }, etwa { $example }
such-as-alone = etwa { $example }
squares-none = keine davon
frame-feedback = Rückmeldung
frame-feedback-to = Rückmeldung: { $title }
frame-head-answer = Antwort
frame-head-yours = Ihre
frame-head-marks = Punkte
frame-head-status = Status
frame-as-written = wie es geschrieben steht
frame-head-why = Warum
the-question = Die Aufgabe
