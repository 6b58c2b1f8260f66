"""The verifier for browsers as one file, and what is made of vendored libraries for it: text put together, no more.

``publicity/static/verify/`` is the source, read by the site's own page as it stands; ``publicity/static/vendor/`` holds
what others wrote, unchanged. Of these are made, and kept in the repository: two scripts that a worker can load, and one
page to save and open from disk. ``python -m publicity.single_file`` makes them anew; a test makes them and compares.
"""

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = HERE / "static" / "verify"
VENDOR = HERE / "static" / "vendor"
SITE_STYLE = HERE / "static" / "site.css"
PAGE = HERE / "offline" / "verify.html"
WORKER = "worker.js"

ED25519 = "noble-ed25519-2.3.0/index.js"
PACKAGES = {"@noble/curves": "noble-curves-1.9.7", "@noble/hashes": "noble-hashes-1.8.0"}
CURVES = "noble-curves-1.9.7/bls12-381.js"

HEAD = "双随机抽查核对"
SAYS = (
    (
        "本页是一个文件：存下来，断网，从磁盘打开也能用。它用抽查机关公布的存证包重新算一遍，不向任何地方发送数据。",
        (
            "One file: save it, cut the network, open it from disk. It recomputes a draw from its published bundle and "
            "sends nothing."
        ),
    ),
    (
        "本页来自受检验的一方，除非您从别处取得。要自己作数，请用 verify.py，并与别处印出的摘要核对。",
        (
            "Unless you got it elsewhere this page comes from the party under test. For a check of your own use "
            "verify.py, and compare its digest with one printed elsewhere."
        ),
    ),
)


def made_files() -> dict[Path, str]:
    """Return every file that is made here, with its text."""
    scripts = {SCRIPTS / "ed25519.js": ed25519_script(), SCRIPTS / "curves.js": curves_script()}
    return scripts | {PAGE: single_page(scripts)}


def worker_scripts() -> list[str]:
    """Return the names of the scripts that the worker loads, in order, as it says itself."""
    (listed,) = re.findall(r"importScripts\(\s*(\".*?)\s*\);", (SCRIPTS / WORKER).read_text(), re.DOTALL)
    return re.findall(r'"([^"]+)"', listed)


def ed25519_script() -> str:
    """Return the vendored module as a classic script: its one export becomes a value."""
    source = (VENDOR / ED25519).read_text()
    exports = re.findall(r"^export \{(.*?)\};\n", source, re.MULTILINE)
    (names,) = exports
    body = re.sub(r"^export \{.*?\};\n", "", source, flags=re.MULTILINE)
    values = ", ".join(": ".join(reversed(each.strip().split(" as "))) for each in names.split(",") if each.strip())
    return (
        f'"use strict";\n// Made of vendor/{ED25519}.\n'
        f"const nobleEd25519 = (() => {{\n{body}return {{ {values} }};\n}})();\n"
    )


def curves_script() -> str:
    """Return the vendored modules, each as it stands, in one classic script that loads them by name."""
    modules = ",\n".join(
        f"{json.dumps(name)}: [{json.dumps(needed)}, function (exports, require) {{\n{text}\n}}]"
        for name, needed, text in _modules(CURVES, set())
    )
    return (
        f'"use strict";\n// Made of vendor/{CURVES} and what it needs.\nconst nobleCurves = (() => {{\n'
        f"const modules = {{\n{modules}\n}};\n"
        "const made = {};\n"
        "const load = (name) => {\n"
        "  if (name in made) return made[name];\n"
        "  made[name] = {};\n"
        "  const [needed, define] = modules[name];\n"
        "  define(made[name], (wanted) => load(needed[wanted]));\n"
        "  return made[name];\n"
        "};\n"
        f"return load({json.dumps(CURVES)});\n}})();\n"
    )


def _modules(name: str, known: set[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Return a module and those it needs, deepest first: name, what it asks for by what it is, text."""
    known.add(name)
    text = (VENDOR / name).read_text()
    needed = {wanted: _named(name, wanted) for wanted in re.findall(r'require\("([^"]+)"\)', text)}
    for each in needed.values():
        if each not in known:
            yield from _modules(each, known)
    yield name, needed, text


def _named(asker: str, wanted: str) -> str:
    """Return the vendored file that a module means by a name."""
    if wanted.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(asker), wanted))
    package = wanted.rsplit("/", 1)[0]
    file = f"{PACKAGES[package]}/{wanted.removeprefix(package + '/')}"
    return file if file.endswith(".js") else f"{file}.js"


def single_page(made: dict[Path, str]) -> str:
    """Return the page with everything in it, under a policy that lets in its own script, its worker and no address."""
    names = [*worker_scripts(), "curves.js", WORKER]
    worker = "\n".join(made.get(SCRIPTS / name) or (SCRIPTS / name).read_text() for name in names)
    script = (SCRIPTS / "page.js").read_text()
    style = SITE_STYLE.read_text() + (SCRIPTS / "verify.css").read_text()
    for text in (worker, script, style):
        if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
            message = "a script or style that ends itself cannot stand in a page"
            raise ValueError(message)
    says = "\n".join(f'<p>{zh} <span lang="en">{en}</span></p>' for zh, en in SAYS)
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{page_policy(script, style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{HEAD} Verifier</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<main id="main" class="wide">\n<h1>{HEAD} <span lang="en">Check a draw</span></h1>\n{says}\n'
        '<div id="verifier"></div>\n</main>\n'
        f'<script type="text/plain" id="worker">{worker}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def page_policy(script: str, style: str) -> str:
    """Return the policy of the single page: its script and style by their digests, its worker, nothing else."""
    return (
        f"default-src 'none'; script-src {_hash_of(script)}; style-src {_hash_of(style)}; worker-src blob:; "
        "form-action 'none'; base-uri 'none'"
    )


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


if __name__ == "__main__":
    for path, text in made_files().items():
        path.write_text(text)
