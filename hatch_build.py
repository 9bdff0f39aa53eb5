"""Compiles `search/whoosh_engine/sets/_sets.c` where there is a C compiler; without one, numpy does the same work.

Called by hatchling for wheels and for editable installs.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("search/whoosh_engine/sets/_sets.c")
TARGET = SOURCE.with_suffix(".abi3.so")  # the stable interface: one file for every Python from 3.11 on


class CompileSets(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        try:
            subprocess.run(command(root), check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[0]
            self.app.display_warning(f"{SOURCE} was not compiled, numpy stands in for it: {reason}")
            (root / TARGET).unlink(missing_ok=True)
            return
        build_data["artifacts"].append(f"/{TARGET.as_posix()}")
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def command(root: Path) -> list[str]:
    """The command that compiles, with the compiler that Python itself was built with."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    shared = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    include = sysconfig.get_paths()["include"]
    return [*compiler, "-O3", "-fPIC", *shared, f"-I{include}", "-o", str(root / TARGET), str(root / SOURCE)]
