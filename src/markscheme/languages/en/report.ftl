report = Report
report-students =
    { $count ->
        [one] { $count } student
       *[other] { $count } students
    }
report-counted = students
report-marks = Marks
spread-mean = mean
spread-median = median
spread-deviation = standard deviation
spread-range = lowest to highest
report-from-to = { $low } to { $high }
spread-alpha = reliability (Cronbach's α)
decimals-1 = { NUMBER($number, minimumFractionDigits: 1) }
decimals-2 = { NUMBER($number, minimumFractionDigits: 2) }
number = { $number }
report-answers = Answers
report-answers-about = “Earned” is the share of the marks that the class got; “with the rest” how an answer's marks go with the rest of the paper's, from −1 to 1: those named hardly tell students apart.
report-earned = earned, in %
report-lost = Where marks were lost
report-lost-about = An arrow leads from an answer to those that build on it; its number says how many carried an error on.
report-slips = Slips
report-slips-alone = Slips of one student alone: { $count }.
report-same-wrong = The same wrong answer
report-own-numbers = Copies have numbers of their own: of numbers, the same may come of different errors.
report-and-more = { $named } and { $count } more
report-waiting = { $waiting } answers wait in by_hand.csv, of which { $unread } could not be read.
report-for-a-person = For a person
column-question = question
column-earned = earned
column-with-the-rest = with the rest
column-statuses = statuses
column-slip = slip
column-students = students
column-as-most = as most wrote it
column-who = who
column-student = student
column-text = text
column-why = why
report-absent = Nothing handed in
report-alike = Answers that mean the same, and wait
