"""The layers of the package, read from its import statements, those inside functions too."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import credcheck

FOLDER = Path(credcheck.__file__).parent
# A module, or a folder of them, imports only what stands below its own line.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"commands"},
    {"console"},
    {"session"},
    {"check", "notices"},
    {"config", "network", "render", "history", "keys", "identity"},
    {"providers"},
    {"validation"},
    {"urls", "system"},
    {"errors", "sanitize"},
    {"models", "names"},
    {"__init__"},
)
# What a layer would allow and the design does not; and another arrow: a chart shows a history.
FORBIDDEN = {("check", "history"), ("providers", "system")}
BESIDE = {("render", "history")}

MODULES = {
    ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in FOLDER.rglob("*.py")
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                name if (name := f"{node.module}.{alias.name}") in MODULES else node.module for alias in node.names
            )


@cache
def arrows() -> dict[str, set[str]]:
    """Return the modules that each module imports."""
    return {name: {each for each in imported(path) if each in MODULES} - {name} for name, path in MODULES.items()}


def place(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def test_every_part_of_the_package_has_its_layer() -> None:
    assert sorted(each for layer in LAYERS for each in layer) == sorted(set(map(place, MODULES)))


def test_imports_point_downwards() -> None:
    depth = {part: number for number, layer in enumerate(LAYERS) for part in layer}
    between = {(place(name), place(each)): (name, each) for name, found in arrows().items() for each in found}
    wrong = [
        f"{name} imports {each}"
        for (above, below), (name, each) in between.items()
        if above != below
        and ((above, below) in FORBIDDEN or (depth[below] <= depth[above] and (above, below) not in BESIDE))
    ]
    assert wrong == []


def test_no_import_leads_back_to_where_it_began() -> None:
    TopologicalSorter(arrows()).prepare()  # raises CycleError
