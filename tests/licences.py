"""What the app stands on at run time, and under which licence: ``python -m tests.licences`` lists it, without the internet."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["ALLOWED", "installed", "licence_of", "unfit"]

ROOT = Path(__file__).parents[1]

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0",
    "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""What may be used and passed on together with a program under Apache-2.0; MPL-2.0 as long as its files stay as they are."""

SPOKEN = {
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "bsd license": "BSD",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "3-clause bsd license": "BSD-3-Clause",
    "dual license": "Apache-2.0 OR BSD-3-Clause",
}
"""What older packages write, and the name that it has today."""


def installed(path: str = "requirements.txt") -> dict[str, Distribution]:
    """Return every package that the pinned ones need here, themselves included, by name."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    queue = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    found: dict[str, Distribution] = {}
    while queue:
        wanted = queue.pop()
        name = canonicalize_name(wanted.name)
        known = name in found
        found[name] = found.get(name) or distribution(name)
        extras = ["", *wanted.extras] if not known else [*wanted.extras]
        for line in found[name].requires or []:
            needed = Requirement(line)
            if any(needed.marker is None or needed.marker.evaluate({"extra": extra}) for extra in extras):
                queue.append(needed)
    return dict(sorted(found.items()))


def licence_of(package: Distribution) -> str:
    """Return the licence that a package's metadata names, as SPDX would write it where that can be told; empty if none is."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [text.rpartition(" :: ")[2] for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    names = [name for name in classifiers if name != "OSI Approved"] or [(metadata.get("License") or "").partition("\n")[0].strip()]
    return " AND ".join(SPOKEN.get(name.lower(), name) for name in names)


def unfit(expression: str) -> list[str]:
    """Return the parts of an expression that may not be used, if it leaves no choice.

    A choice (OR) is fit if one of its sides is; what comes together (AND) if each part is.
    """
    while group := re.search(r"\(([^()]*)\)", expression):
        inside = "/".join(unfit(group[1])) or "MIT"  # any that is allowed
        expression = f"{expression[: group.start()]}{inside}{expression[group.end() :]}"
    sides = [_parts(side) for side in re.split(r"\bOR\b", expression)]
    missing = [[part for part in side if part not in ALLOWED] or ([] if side else ["nothing"]) for side in sides]
    return min(missing, key=len)


def _parts(side: str) -> list[str]:
    return [part.strip() for part in re.split(r"\bAND\b", side) if part.strip()]


if __name__ == "__main__":
    for name, package in installed().items():
        sys.stdout.write(f"{name} {package.version}: {licence_of(package)}\n")
