right = Richtig.
right-entries = Richtige Einträge: { $right } von { $count }.
times-the-key = das { $times }-Fache der Lösung
