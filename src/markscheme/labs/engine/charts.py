"""Figures by matplotlib, in one style, as PNG and SVG, the same bytes for the same numbers; and their lines in text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markscheme.labs.engine.ruling import digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from markscheme.labs.engine.lab import Drawing, Measured

COLORS = ("#0b62a4", "#c2410c", "#15803d", "#7c3aed", "#a16207", "#475569")
"""Told apart by readers who see colors otherwise, and in gray."""
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
TOLD_APART = 6
"""Lines that one plot of characters holds; uniplot has no more letters than seven."""
LONG = re.compile(r"(?<=[ \",(])(?<!scale\()-?\d+\.\d{3,}(?=[ \"),\n])")
"""A coordinate with more decimals than print can show; not the scale of glyphs."""
_STYLE: Any = {
    "svg.hashsalt": "markscheme", "svg.fonttype": "path", "font.size": 9, "axes.titlesize": 9, "legend.fontsize": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "grid.linewidth": 0.6,
    "lines.linewidth": 1.6, "legend.frameon": False, "figure.constrained_layout.use": True, "image.cmap": "gray",
}  # fmt: skip


def drawn(drawing: Drawing, measured: Mapping[str, Sequence[Measured]]) -> tuple[Figure, str]:
    """A lab's drawing as a figure, and what it shows in words."""
    import matplotlib as mpl  # noqa: PLC0415 (labs are listed without it)
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import NullLocator  # noqa: PLC0415

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=drawing.size)
        words = drawing.draw(figure, lambda quantity: quantity.by_seed(measured))
        for axis in [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]:
            axis.set_minor_locator(NullLocator())
        layout = figure.get_layout_engine()
        if layout is not None:
            layout.execute(figure)
            figure.set_layout_engine("none")  # what is laid out once need not be again, for each form
        return figure, words


def saved(figure: Figure, form: str) -> bytes:
    """The figure as `svg` or `png`; of an SVG, coordinates keep two decimals, and metadata go."""
    import matplotlib as mpl  # noqa: PLC0415

    made = io.BytesIO()
    with mpl.rc_context(_STYLE):
        dates: dict[str, Any] = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(made, format=form, dpi=160, metadata=dates)
    if form != "svg":
        return made.getvalue()
    bare = re.sub(r"<metadata>.*?</metadata>", "", made.getvalue().decode(), flags=re.DOTALL)
    rounded = LONG.sub(lambda it: f"{float(it[0]):.2f}", bare)
    return "\n".join([line.rstrip() for line in rounded.splitlines()]).encode() + b"\n"


def panel(
    axes: Axes, title: str, lines: Mapping[str, Sequence[Sequence[float]]], x: Sequence[float] | None = None, *,
    first: int = 0, legend: Any = "", **shown: Any,
) -> str:  # fmt: skip
    """For each name the mean of its rows (one a seed) as a line, and the range between the seeds as a band; with what
    `axes.set` takes, such as `xlabel`. The first line has the color `first`. Returns where each begins and ends.
    """
    import numpy as np  # noqa: PLC0415

    said: list[str] = []
    for place, (name, rows) in enumerate(lines.items(), first):
        values = np.asarray(rows, dtype=float)
        across = np.arange(values.shape[1]) if x is None else np.asarray(x, dtype=float)
        color = COLORS[place % len(COLORS)]
        axes.plot(across, values.mean(0), color=color, linestyle=STYLES[place % len(STYLES)], label=name)
        if len(values) > 1:
            axes.fill_between(across, values.min(0), values.max(0), color=color, alpha=0.15, linewidth=0)
        said.append(f"{name} from {digits(float(values[:, 0].mean()))} to {digits(float(values[:, -1].mean()))}")
    axes.set(title=title, **shown)
    if legend:
        axes.legend(loc=legend)
    return f"{title}: {', '.join(said)}".replace("\n", " ").strip(": ") + ". "


def bars(
    axes: Axes, title: str, groups: Mapping[str, Mapping[str, Sequence[float]]], *, legend: Any = "", **shown: Any
) -> str:
    """Groups of bars: for each group and name the mean of its values (one a seed), with the range between the seeds;
    with what `axes.set` takes. Returns the means.
    """
    import numpy as np  # noqa: PLC0415

    names = list(dict.fromkeys([name for bars in groups.values() for name in bars]))
    width = 0.8 / len(names)
    for place, name in enumerate(names):
        at = [k + (place - (len(names) - 1) / 2) * width for k, bars in enumerate(groups.values()) if name in bars]
        rows = [np.asarray(bars[name], dtype=float) for bars in groups.values() if name in bars]
        means = [float(row.mean()) for row in rows]
        reach = [[float(m - row.min()) for m, row in zip(means, rows, strict=True)],
                 [float(row.max() - m) for m, row in zip(means, rows, strict=True)]]  # fmt: skip
        axes.bar(at, means, width * 0.92, yerr=reach, color=COLORS[place % len(COLORS)], label=name,
                 error_kw={"linewidth": 0.9, "capsize": 2})  # fmt: skip
    axes.set_xticks(range(len(groups)), list(groups))
    axes.grid(visible=False, axis="x")
    axes.set(title=title, **shown)
    if legend:
        axes.legend(loc=legend)
    said = [f"{group}: {', '.join([f'{name} {digits(mean(it))}' for name, it in bars.items()])}"
            for group, bars in groups.items()]  # fmt: skip
    return " ".join(f"{title}: {'; '.join(said)}".split()).strip(": ") + ". "


def bare(axes: Axes, title: str) -> None:
    """Axes of a picture: a title, and neither ticks nor lines."""
    axes.set(title=title)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def mean(values: Sequence[float]) -> float:
    """The mean."""
    return sum(values) / len(values)


def in_text(figure: Figure, *, color: bool) -> str:
    """The lines of a figure's panels, drawn with characters, told apart by color or by letters; empty without lines."""
    import numpy as np  # noqa: PLC0415
    from uniplot import plot_to_string  # noqa: PLC0415

    made: list[str] = []
    for axes in figure.axes:
        named = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_")]
        for lines in [named[start : start + TOLD_APART] for start in range(0, len(named), TOLD_APART)]:
            xs, ys = zip(*[[np.asarray(data, dtype=float) for data in line.get_data()] for line in lines], strict=True)
            limits = {} if axes.get_yscale() == "log" else dict(zip(("y_min", "y_max"), axes.get_ylim(), strict=True))
            made.append(plot_to_string(
                ys=ys, xs=xs, lines=True, width=72, height=14, color=color, title=axes.get_title() or None, x_unit=" ",
                legend_labels=[str(line.get_label()) for line in lines],
                x_as_log=axes.get_xscale() == "log", y_as_log=axes.get_yscale() == "log",
                character_set="block" if color else "ascii", **limits,
            ))  # fmt: skip
            made.append(f" x: {axes.get_xlabel()}")
    return "\n".join(made)
