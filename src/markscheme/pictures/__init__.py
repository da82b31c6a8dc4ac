"""Pictures drawn from values: one description for paper, web, notebooks, and readers who cannot see them."""

from markscheme.pictures.cubes import normalization_cubes
from markscheme.pictures.graphs import Edge, Node, Tally, answer_graph, computation_graph, rnn_attention, tree
from markscheme.pictures.grids import dilated_kernel, gray_image, receptive_fields
from markscheme.pictures.picture import Picture
from markscheme.pictures.pipelines import pipeline
from markscheme.pictures.plots import accuracy_curves, histogram, loss_lines, point_cloud, scatter, shrinkage
from markscheme.pictures.pseudocode import Algorithm, Blank, Piece, Step, pseudocode

__all__ = [
    "Algorithm",
    "Blank",
    "Edge",
    "Node",
    "Picture",
    "Piece",
    "Step",
    "Tally",
    "accuracy_curves",
    "answer_graph",
    "computation_graph",
    "dilated_kernel",
    "gray_image",
    "histogram",
    "loss_lines",
    "normalization_cubes",
    "pipeline",
    "point_cloud",
    "pseudocode",
    "receptive_fields",
    "rnn_attention",
    "scatter",
    "shrinkage",
    "tree",
]
