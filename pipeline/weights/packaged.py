"""Files of installed packages that are used without importing the package, for what that would load besides."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from pipeline.errors import MissingDependency


def folder(package: str) -> Path:
    """Where a package is installed. Raises MissingDependency."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise MissingDependency(f"The Python package {package} is not installed.", "Run `scripts/demo` again.")
    return Path(found.submodule_search_locations[0])


def module(package: str, name: str) -> ModuleType:
    """A module of a package that imports nothing else of it. Raises MissingDependency."""
    loader = SourceFileLoader(f"{package}.{name}", str(folder(package) / f"{name}.py"))
    made = ModuleType(loader.name)
    made.__file__ = loader.path
    loader.exec_module(made)
    return made
