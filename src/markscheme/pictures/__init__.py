"""Pictures drawn from values: one description for paper, web, notebooks, and readers who cannot see them."""

from markscheme.pictures.cubes import normalization_cubes
from markscheme.pictures.graphs import Edge, Node, computation_graph, rnn_attention, tree
from markscheme.pictures.grids import dilated_kernel, receptive_fields
from markscheme.pictures.picture import Picture
from markscheme.pictures.plots import loss_lines, point_cloud, shrinkage

__all__ = [
    "Edge",
    "Node",
    "Picture",
    "computation_graph",
    "dilated_kernel",
    "loss_lines",
    "normalization_cubes",
    "point_cloud",
    "receptive_fields",
    "rnn_attention",
    "shrinkage",
    "tree",
]
