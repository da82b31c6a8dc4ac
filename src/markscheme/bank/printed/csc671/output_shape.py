"""Question 25 as printed: its numbers, its key. It asks for the height alone; the width and the rest are ours."""

from markscheme.bank.convolution.output_shape import problem

published = problem.published(
    "csc671-25",
    givens={"input_shape": (1, 3, 224, 224), "filters": 16, "kernel": 3, "stride": 2, "padding": 2},
    key={"shape": [1, 16, 113, 113]},
    asks={"shape": 1},
    text=r"""
    An image is 224 pixels high and, here, as many wide; it has 3 channels. A convolution layer of [[filters]] filters
    of size $[[kernel]] \times [[kernel]]$ meets it with padding [[padding]] and stride [[stride]]. How high is the
    output? Write its whole shape $[n, c, h, w]$, for this one image.
    """,
)
