"""The id of an item: `name/version/seed`, with knobs after a `?`; or `name/version@variant` for published numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode

from markscheme.core.errors import MarkschemeError

_FORM = re.compile(
    r"(?P<name>[a-z_]\w*(?:/[a-z_]\w*)*)/(?P<version>[1-9][0-9]{0,8})"
    r"(?:@(?P<variant>[^?]*)|/(?P<seed>[^?]*)(?:\?(?P<knobs>.*))?)",
    re.DOTALL,
)
_NAME = re.compile(r"[a-z_]\w*(?:/[a-z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an item is called. Exactly one of `seed` and `variant` is not None.

    >>> print(Identity("attention/linear_rnn", 1, seed="2026/s001", knobs={"largest": 3}))
    attention/linear_rnn/1/2026/s001?largest=3
    >>> Identity.read("convolution/output_shape/1@ii").variant
    'ii'
    """

    name: str
    version: int
    seed: str | None = None
    variant: str | None = None
    knobs: Mapping[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        if self.variant is not None:
            return f"{self.name}/{self.version}@{self.variant}"
        knobs = f"?{urlencode(sorted((k, str(v)) for k, v in self.knobs.items()))}" if self.knobs else ""
        return f"{self.name}/{self.version}/{escaped(self.seed or '')}{knobs}"

    @classmethod
    def read(cls, text: str) -> Identity:
        """The identity that an id spells; knobs come out as text. Raises `MarkschemeError` for what is no id."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise MarkschemeError(f"an item's id is name/version/seed or name/version@variant, not {text!r}")
        variant, seed = match["variant"], match["seed"]
        return cls(
            match["name"],
            int(match["version"]),
            seed=None if seed is None else unquote(seed, errors="surrogatepass"),
            variant=variant,
            knobs=dict(parse_qsl(match["knobs"] or "", keep_blank_values=True)),
        )


def escaped(seed: str) -> str:
    """A seed as it stands in an id: only `%`, `?` and what cannot be seen are escaped.

    >>> escaped("2026/s001"), escaped("why?")
    ('2026/s001', 'why%3F')
    """
    if seed.isprintable() and "%" not in seed and "?" not in seed:
        return seed
    return "".join(
        [c if c.isprintable() and c not in "%?" else quote(c, safe="", errors="surrogatepass") for c in seed]
    )


def is_name(text: str) -> bool:
    """Whether a text can name a problem: words of a-z, digits and _, joined by /.

    >>> is_name("attention/linear_rnn"), is_name("Attention"), is_name("2026")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None and text == text.lower()
