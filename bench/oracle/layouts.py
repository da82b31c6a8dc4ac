"""Vectors and matrices in the layouts of LaTeX, of programs and of people."""

from __future__ import annotations

from bench.oracle.notation import Hand, drawn_hand, written
from bench.oracle.terms import Term
from markscheme.draw import Draw


def layouts_of_matrix(node: Term, rng: Draw) -> list[str]:
    plain = [[written(entry, drawn_hand(rng, "plain")) for entry in row.parts] for row in node.parts]
    latex = [[written(entry, Hand("latex")) for entry in row.parts] for row in node.parts]
    wide, tight = r" \\ ".join(map(" & ".join, latex)), r"\\".join(map("&".join, latex))
    lists = [f"[{', '.join(row)}]" for row in plain]
    found = [
        rf"\left[\begin{{array}}{{{'c' * len(latex[0])}}} {wide} \end{{array}}\right]",
        rf"\begin{{bmatrix}}{tight}\end{{bmatrix}}",
        rf"\left(\begin{{matrix}} {wide} \end{{matrix}}\right)",
        f"np.array([{', '.join(lists)}])",
        "[" + "; ".join(map(", ".join, plain)) + "]",
        "[" + ",\n ".join(lists) + "]",
        "(" + ", ".join([f"({', '.join(row)})" for row in plain]) + ")",
    ]
    if all([_is_number(entry) for row in plain for entry in row]):
        rows = [" ".join(row) for row in plain]
        found += ["; ".join(rows), "\n".join(rows), "[" + "\n ".join([f"[{row}]" for row in rows]) + "]"]
    return found


def layouts_of_vector(node: Term, rng: Draw) -> list[str]:
    plain = [written(entry, drawn_hand(rng, "plain")) for entry in node.parts]
    latex = [written(entry, Hand("latex")) for entry in node.parts]
    column, row, listed = r" \\ ".join(latex), " & ".join(latex), ", ".join(plain)
    found = [
        rf"\begin{{bmatrix}} {column} \end{{bmatrix}}",
        rf"\begin{{pmatrix}} {column} \end{{pmatrix}}",
        rf"\begin{{bmatrix}} {row} \end{{bmatrix}}^T",
        rf"\langle {', '.join(latex)} \rangle",
        f"({listed})",
        f"[{listed}]^T",
        f"({listed})^T",
        f"<{listed}>",
        f"[{'; '.join(plain)}]",
        f"np.array([{listed}])",
        f"array([{listed}])",
        f"tensor([{listed}])",
    ]
    return [*found, f"[{' '.join(plain)}]"] if all(map(_is_number, plain)) else found


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "").isdigit()
