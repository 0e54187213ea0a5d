"""`python -m tests.release.sbom`: what the wheel brings along, with every extra, as CycloneDX in `build/`.

The Python packages are those of a fresh environment with the versions of `constraints.txt`. The packages that the front
end's bundle holds are added from the list that its build leaves beside it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.release.__main__ import ROOT, call, environment, say

LICENCES = ROOT / "src/nbpeer/labextension/static/third-party-licenses.json"
MADE = ROOT / "build/nbpeer.cdx.json"


def main() -> int:
    """Write the list and say what is in it. Needs the wheel in `dist/`."""
    (wheel,) = (ROOT / "dist").glob("nbpeer-*.whl")
    MADE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="nbpeer-sbom-") as folder:
        scripts = environment(
            Path(sys.executable), Path(folder) / "all", f"{wheel}[all]", "-c", str(ROOT / "constraints.txt")
        )
        tool = Path(sys.executable).with_name("cyclonedx-py")
        described = ("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library")
        call(str(tool), "environment", *described, "--output-reproducible", "-o", str(MADE), str(scripts / "python"))
    listed = json.loads(MADE.read_text(encoding="utf-8"))
    bundled = of_the_bundle(json.loads(LICENCES.read_text(encoding="utf-8")))
    python = [each for each in listed["components"] if each["name"] not in ("pip", "setuptools", "nbpeer")]
    listed["components"] = python + bundled
    MADE.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    say(f"{MADE.relative_to(ROOT)}: {len(python)} packages of Python, {len(bundled)} in the front end")
    return 0


def of_the_bundle(licences: dict[str, Any]) -> list[dict[str, Any]]:
    """A component for each package of npm in the bundle."""
    return [
        {
            "type": "library",
            "bom-ref": f"npm:{each['name']}@{each['versionInfo']}",
            "name": each["name"],
            "version": each["versionInfo"],
            "purl": f"pkg:npm/{each['name'].replace('@', '%40')}@{each['versionInfo']}",
            **({"licenses": [{"license": {"name": each["licenseId"]}}]} if each.get("licenseId") else {}),
        }
        for each in sorted(licences["packages"], key=lambda each: str(each["name"]))
    ]


if __name__ == "__main__":
    sys.exit(main())
