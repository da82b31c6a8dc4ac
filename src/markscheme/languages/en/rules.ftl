# How the marks of a paper are counted, as its students are told.

bonus-points = { $marks } bonus { $marks ->
    [one] point
   *[other] points
}
bonus-pts = { $marks } bonus { $marks ->
    [one] pt
   *[other] pts
}
bonus-marks = { $marks } bonus { $marks ->
    [one] mark
   *[other] marks
}
bonus-rule = These points come on top of the others.
choose-best = Of { $options }, { $count } { $count ->
    [one] counts: the one that earns you most.
   *[other] count: those that earn you most.
}
choose-first = Of { $options }, { $count } { $count ->
    [one] counts: the first one that you answer.
   *[other] count: the first ones that you answer.
}
question-number = question { $number }
pool = Of { $count } parts, your copy has { $options }.
penalty = A wrong choice takes { $points } off; an empty one takes nothing.
floor = Together, these choices never come to less than { $floor }.
dont-know = I don't know
dont-know-rule = “I don't know” takes nothing off.
dont-know-earns = “I don't know” earns { $points }.
version = Version { $version }
minutes = { $count } minutes
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
frame-own-name = Name (last, first):
