"""What is packed: the front end where JupyterLab looks, the server's switch, and nothing of Node's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.release.contents import missing

ROOT = Path(__file__).parents[2]
BUNDLE = "src/nbpeer/labextension"
SEARCH = "src/nbpeer/render/assets/vendor/minisearch.js"
SHARED = "nbpeer-{version}.data/data/share/jupyter/labextensions/nbpeer/"
_LEFT = shutil.ignore_patterns("node_modules", "labextension", "vendor", "lib", ".yarn", "__pycache__")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a build reads of this repository, without a bundle."""
    made = tmp_path / "checkout"
    for name in ("src", "templates", "docs/man"):
        shutil.copytree(ROOT / name, made / name, ignore=_LEFT)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore"):
        shutil.copy(ROOT / name, made / name)
    return made


def bundled(checkout: Path) -> None:
    """A bundle that is newer than its sources, and the search library."""
    (checkout / SEARCH).parent.mkdir()
    (checkout / SEARCH).write_text("//")
    (checkout / BUNDLE / "static").mkdir(parents=True)
    (checkout / BUNDLE / "static/remoteEntry.js").write_text("//")
    shutil.copyfile(checkout / "src/nbpeer-lab/package.json", checkout / BUNDLE / "package.json")


def build(checkout: Path, target: str, path: str = "") -> tuple[Path, str]:
    """Build without the network, and without Node unless `path` leads to one; the file, and what was said."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", "dist"]
    environment = {**os.environ, "PATH": path or str(checkout / "nothing-here")}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    (made,) = (checkout / "dist").glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made, done.stdout + done.stderr


def test_without_node_the_rest_is_packed_and_that_is_said(checkout: Path) -> None:
    made, said = build(checkout, "wheel")
    assert (
        "Node is not installed: nbpeer is packed without its part of JupyterLab and its site's search"
        in said.replace("\n", " ")
    )
    names = zipfile.ZipFile(made).namelist()
    assert "nbpeer/lab/routes.py" in names
    assert missing(made, node=False) == []
    assert not [name for name in names if "labextension" in name]


def test_a_wheel_switches_the_server_on_and_puts_the_bundle_where_jupyterlab_looks(checkout: Path) -> None:
    bundled(checkout)
    made, said = build(checkout, "wheel")
    assert "Node" not in said
    wheel = zipfile.ZipFile(made)
    version = made.name.split("-")[1]
    assert SHARED.format(version=version) + "static/remoteEntry.js" in wheel.namelist()
    assert SHARED.format(version=version) + "install.json" in wheel.namelist()
    assert SEARCH.removeprefix("src/") in wheel.namelist()
    assert not [name for name in wheel.namelist() if name.startswith("nbpeer/labextension")]
    config = f"nbpeer-{version}.data/data/etc/jupyter/jupyter_server_config.d/nbpeer.json"
    assert '"nbpeer.lab": true' in wheel.read(config).decode()


def test_a_source_distribution_brings_the_bundle_and_installs_without_node(checkout: Path, tmp_path: Path) -> None:
    bundled(checkout)
    made, _ = build(checkout, "sdist")
    with tarfile.open(made) as packed:
        names = packed.getnames()
        packed.extractall(tmp_path, filter="data")
    assert not [name for name in names if "node_modules" in name]
    (unpacked,) = tmp_path.glob("nbpeer-*")
    wheel, said = build(unpacked, "wheel")
    assert "Node" not in said
    held = zipfile.ZipFile(wheel).namelist()
    assert [name for name in held if name.endswith("labextensions/nbpeer/package.json")]
    assert SEARCH.removeprefix("src/") in held


def test_with_node_a_stale_bundle_is_built_anew_and_what_fails_there_fails_the_build(checkout: Path) -> None:
    bundled(checkout)
    os.utime(checkout / BUNDLE / "package.json", (1, 1))
    tools = checkout / "tools"
    tools.mkdir()
    for name, body in (
        ("node", ""),
        ("jlpm", f'echo "$@" >> {checkout}/asked; touch {checkout}/{BUNDLE}/package.json'),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    build(checkout, "wheel", f"{tools}:{os.environ['PATH']}")
    assert (checkout / "asked").read_text() == "install --immutable\nbuild:prod\n"
    os.utime(checkout / BUNDLE / "package.json", (1, 1))
    (tools / "jlpm").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(RuntimeError, match="jlpm"):
        build(checkout, "wheel", f"{tools}:{os.environ['PATH']}")


def test_the_version_is_the_front_ends_as_python_spells_it(checkout: Path) -> None:
    package = checkout / "src/nbpeer-lab/package.json"
    package.write_text(package.read_text().replace('"version": "0.1.0-dev0"', '"version": "1.2.0-rc.1"', 1))
    made, _ = build(checkout, "wheel")
    assert made.name.startswith("nbpeer-1.2.0rc1-")
