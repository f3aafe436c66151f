"""A step of the build: the completions in a wheel have the names of the providers, which the committed ones lack."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Inside the package for `credcheck completions`, and where the shells look.
_PLACES = {
    "credcheck.bash": "share/bash-completion/completions/credcheck",
    "_credcheck": "share/zsh/site-functions/_credcheck",
    "credcheck.fish": "share/fish/vendor_completions.d/credcheck.fish",
}


class Completions(BuildHookInterface):  # type: ignore[misc]  # hatchling is there only while a wheel is built
    """Adds the filled scripts to a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the scripts to a folder of their own, and name them to the build; not for an editable install."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from credcheck.providers.completing import filled

        self._folder = tempfile.TemporaryDirectory()
        for name, place in _PLACES.items():
            file = Path(self._folder.name, name)
            file.write_text(filled(Path(self.root, "completions", name).read_text(encoding="utf-8")), encoding="utf-8")
            build_data["force_include"][str(file)] = f"credcheck/completions/{name}"
            build_data["shared_data"][str(file)] = place

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove the folder."""
        if folder := getattr(self, "_folder", None):
            folder.cleanup()
