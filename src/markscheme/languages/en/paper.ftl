# The frame of a printed paper. What begins with `frame-` goes to paper/exam.typ, which fills in what stands in braces.

frame-solutions = SOLUTIONS
frame-student-id = PRINT your student ID:
frame-fill-id = Fill one square in each column as well.
frame-page = Page { $page }
frame-page-of = Page { $page } of { $last }
frame-question = Question
frame-question-number = Question { $question }
frame-total = Total
frame-points = Points
frame-score = Score
frame-location = Exam location:
frame-name = PRINT AND SIGN your name:
frame-last = (last)
frame-first = (first)
frame-signature = (signature)
frame-section = PRINT your discussion section:
frame-row = Row number (front row is 1):
frame-seat = Seat number (leftmost is 1):
frame-left = Name and SID of the person to your left:
frame-right = Name and SID of the person to your right:
frame-front = Name and SID of the person in front of you:
frame-behind = Name and SID of the person behind you:
frame-continued = continued on the last page
frame-in-appendix = Working in the appendix.
frame-sign = Signature:
frame-empty-page = This page is left empty.
frame-doodle-page = Doodle page
frame-doodle = Draw us something if you like, or leave a suggestion or a complaint. You can also report here anything suspicious that you noticed. If you need it, work on problems here too; this page is graded only where the question’s own page says so.
frame-appendix = Appendix: working in full
frame-trained = Appendix: really trained
frame-trained-about = How each claim fared. `markscheme lab run NAME` tries it again, and the lab’s report, docs/labs/NAME.md, has the evidence.

section-0 = Section 0: Pre-exam questions
section-0-notice =
    Do not turn this page until the proctor tells you to do so.
    You can work on Section 0 above before time starts.
instructions = Instructions
instructions-usual = Show your working in the boxes, and write your answers into the blanks.
notice = Do not turn this page until the proctor tells you to do so.
honor-code-copy = Copy this statement into the space below, and sign it.
honor-code-points = { $points } or −∞
any-answer-counts = Any answer counts.
none-of-these = None of these
fill-all-that-apply = Select all that apply: fill their squares
fill-one = Fill the square of your choice
fill-one-a-line = Fill one square in each line
in-points = { $marks } { $marks ->
    [one] point
   *[other] points
}
in-pts = { $marks } { $marks ->
    [one] pt
   *[other] pts
}

# The paper as a web page or as Markdown.

in-marks = { $marks } { $marks ->
    [one] mark
   *[other] marks
}
honor-code-marks = { $marks }, or nothing counts
solution = Solution
solutions = Solutions
figure = Figure:
trained = Trained: markscheme lab run { $lab }
such-as = { $noun }, such as { $example }
such-as-alone = such as { $example }
squares-none = none of these
frame-feedback = Feedback
frame-feedback-to = Feedback: { $title }
frame-head-answer = answer
frame-head-yours = yours
frame-head-marks = marks
frame-head-status = status
frame-as-written = as it was written
frame-head-why = why
the-question = The question
