"""The scripts and styles that ship are those that the sources make: seen without Node."""

from __future__ import annotations

import re
from gzip import compress

import pytest

from markscheme.core.errors import UnknownName
from markscheme.web.assets import MANIFEST, STATIC, asset, hash_of, manifest, sources

STALE = "run `make web-assets`, and commit what it writes"


def test_assets_are_built_from_the_sources_as_they_are() -> None:
    """What ships was built from the sources that stand beside it, at the locked versions."""
    assert manifest()["sources"] == sources(), STALE


def test_built_files_are_those_of_the_manifest() -> None:
    """Nothing that was built has been changed, lost, or left over from another build."""
    built = {page.name: hash_of(page) for page in STATIC.iterdir() if page != MANIFEST}
    assert built == manifest()["built"], STALE


def test_each_name_is_a_file_whose_name_has_a_hash() -> None:
    """A browser may keep a file for ever: other content has another name."""
    for name in manifest()["files"]:
        address = asset(name)
        assert (STATIC / address.removeprefix("/static/")).is_file()
        stem, _, ending = name.rpartition(".")
        assert re.fullmatch(rf"/static/{re.escape(stem)}-[A-Z0-9]{{8}}\.{ending}", address)


def test_an_unknown_asset_is_named_with_what_comes_near() -> None:
    """A template that names no asset fails with the name."""
    with pytest.raises(UnknownName, match=r"no asset 'styles\.css'.*style\.css"):
        asset("styles.css")


def test_what_is_bundled_comes_with_its_license() -> None:
    """Each package within the bundles is named with its version and its license."""
    told = (STATIC / "LICENSES.txt").read_text("utf-8")
    for package, version in manifest()["versions"].items():
        assert package == "esbuild" or f"\n{package} {version} (" in told


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No style names an address of another server."""
    for page in STATIC.glob("*.css"):
        assert not re.findall(r"url\(\W*(?:https?:)?//[^)]*\)", page.read_text("utf-8")), page.name
    assert len(compress((STATIC / manifest()["files"]["style.css"]).read_bytes())) < 8_000


def together(name: str) -> dict[str, bytes]:
    """A script, and what it imports before it runs."""
    found: dict[str, bytes] = {}
    waiting = [asset(name).removeprefix("/static/")]
    while waiting:
        page = waiting.pop()
        if page not in found:
            found[page] = (STATIC / page).read_bytes()
            waiting += re.findall(r'(?:from|import)"\./([^"]+)"', found[page].decode())
    return found


def test_the_script_of_a_sitting_is_small() -> None:
    """What a sitting needs to save and to type is at most 15 kB; editors of formulas and programs come when asked."""
    loaded = together("sitting.js")
    assert len(loaded) > 1, "the fields are shared with practice"
    assert sum([len(compress(it)) for it in loaded.values()]) <= 15_000
    later = set(re.findall(r'import\("\./([^"]+)"\)', b"".join(loaded.values()).decode()))
    assert sorted([page.partition("-")[0] for page in later]) == ["math", "program"]
    assert not later & loaded.keys()
