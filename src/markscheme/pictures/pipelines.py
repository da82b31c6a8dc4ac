"""Networks as pipelines: what goes in, the layers that it passes, and what comes out of each."""

from __future__ import annotations

from collections.abc import Sequence

from markscheme.pictures.picture import Later, Picture
from markscheme.pictures.values import label, said


def pipeline(tensors: Sequence[tuple[str, str]], layers: Sequence[str], *, emphasized: str = "") -> Picture:
    """Tensors, each a name and a shape, with the layer between each and the next; one layer may be emphasized.

    >>> print(pipeline([("X", "n × 2"), ("F", "f")], ["average pooling"]).alt)
    A network: X (n × 2), then average pooling, gives F (f).

    Raises `ValueError` unless there is one layer fewer than there are tensors.
    """
    if not layers or len(layers) != len(tensors) - 1:
        raise ValueError(f"a pipeline has a layer between two tensors, not {len(layers)} between {len(tensors)}")
    told = [f"{said(name)} ({shape})" if name else f"({shape})" for name, shape in tensors]
    steps = [
        f"then {layer}{' (emphasized)' if layer == emphasized else ''}, gives {tensor}"
        for layer, tensor in zip(layers, told[1:], strict=True)
    ]

    def data() -> dict[str, object]:
        return {
            "tensors": [{"name": label(name) if name else None, "shape": shape} for name, shape in tensors],
            "layers": [{"name": layer, "strong": layer == emphasized} for layer in layers],
        }

    return Picture("pipeline", Later(data), f"A network: {', '.join([told[0], *steps])}.")
