"""Build the scripts and styles of `markscheme serve` into src/markscheme/web/static: `make web-assets`.

What is built ships with the package, so that installing needs no Node; `tests/test_web_assets.py` says when it is
stale. esbuild, MathLive and CodeMirror come from npm at the versions of frontend/package-lock.json.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from gzip import compress
from pathlib import Path
from typing import Any

from markscheme.web.assets import FRONTEND, MANIFEST, STATIC, hash_of, sources

ROOT = Path(__file__).parents[1]
MODULES = ROOT / ".venv" / "frontend"
STYLES = ("style.css", "math.css")
SCRIPTS = ("page.js", "practice.js", "sitting.js", "room.js", "marking.js", "typing.js", "deciding.js", "pins.js")
COMMON = ("--bundle", "--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none", "--log-level=warning")
NAMES = ("--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--asset-names=[name]-[hash]")


FONTS = """The fonts KaTeX_*.woff2, which come with MathLive: Copyright (c) 2009-2010, Design Science, Inc.
(<www.mathjax.org>), Copyright (c) 2014-2018 Khan Academy (<www.khanacademy.org>), with Reserved Font Names as in
their names.
"""


def main() -> None:
    install()
    if "--install" in sys.argv:
        return
    for old in STATIC.iterdir():
        if old.name != ".gitignore":
            old.unlink()
    styles = built(STYLES, "--loader:.woff2=file")
    math = styles["names"]["math.css"]
    scripts = built(SCRIPTS, "--format=esm", "--splitting", f'--define:MATH_STYLE="{math}"')
    packages = sorted({*styles["packages"], *scripts["packages"]})
    (STATIC / "LICENSES.txt").write_text("\n".join(licenses(packages)), "utf-8")
    manifest = {
        "files": dict(sorted({**styles["names"], **scripts["names"]}.items())),
        "versions": {name: version_of(name) for name in [*packages, "esbuild"]},
        "sources": sources(),
        "built": {page.name: hash_of(page) for page in sorted(STATIC.iterdir()) if page != MANIFEST},
    }
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    for name, made in manifest["files"].items():
        size = len(compress((STATIC / made).read_bytes(), 9))
        print(f"{name:24} {made:36} {size / 1000:8.1f} kB gzipped")


def install() -> None:
    """The packages of package-lock.json, where they are not there yet."""
    lock = FRONTEND / "package-lock.json"
    done = MODULES / "package-lock.json"
    if done.exists() and done.read_bytes() == lock.read_bytes() and (MODULES / "node_modules").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing, which comes with Node: it is needed to build the web pages' scripts, not to run them")
    MODULES.mkdir(parents=True, exist_ok=True)
    shutil.copy(FRONTEND / "package.json", MODULES)
    done.unlink(missing_ok=True)
    shutil.copy(lock, MODULES / "package-lock.json")
    subprocess.run(  # noqa: S603
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=MODULES, check=True
    )


def built(entries: tuple[str, ...], *options: str) -> dict[str, Any]:
    """Entries bundled; what each is called now, and the packages that went in."""
    meta = MODULES / "meta.json"
    command = [MODULES / "node_modules" / ".bin" / "esbuild", *entries, *COMMON, *NAMES, *options]
    subprocess.run(  # noqa: S603
        [*map(str, command), f"--outdir={STATIC}", f"--metafile={meta}"],
        cwd=FRONTEND, check=True, env={**os.environ, "NODE_PATH": str(MODULES / "node_modules")},
    )  # fmt: skip
    outputs: dict[str, Any] = json.loads(meta.read_text("utf-8"))["outputs"]
    names = {Path(it["entryPoint"]).name: Path(name).name for name, it in outputs.items() if it.get("entryPoint")}
    used = {package for it in outputs.values() for package in map(package_of, it["inputs"]) if package}
    return {"names": {name: names[name] for name in entries}, "packages": used}


def package_of(source: str) -> str:
    """The npm package that a source is of, or nothing."""
    _, inside, rest = source.rpartition("node_modules/")
    if not inside:
        return ""
    return "/".join(rest.split("/")[: 2 if rest.startswith("@") else 1])


def version_of(package: str) -> str:
    return json.loads((MODULES / "node_modules" / package / "package.json").read_text("utf-8"))["version"]


def licenses(packages: list[str]) -> Iterator[str]:
    yield "Bundled in these files, with their licenses\n"
    yield FONTS + (FRONTEND / "OFL-1.1.txt").read_text("utf-8")
    for package in packages:
        folder = MODULES / "node_modules" / package
        about = json.loads((folder / "package.json").read_text("utf-8"))
        texts = [page for page in sorted(folder.iterdir()) if page.stem.lower() in ("license", "licence")]
        if not texts:
            sys.exit(f"{package} comes without its license")
        yield f"{'=' * 78}\n{package} {about['version']} ({about['license']})\n"
        yield texts[0].read_text("utf-8")


if __name__ == "__main__":
    main()
