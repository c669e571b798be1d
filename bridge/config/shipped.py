"""Where the profiles and samples that come with erp-bridge lie: in the package of a wheel, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def templates_folder() -> Path:
    """The folder of the built-in ERP profiles, one folder each. Raises FileNotFoundError when it was not shipped."""
    return _shipped("templates")


def samples_folder() -> Path:
    """The folder of the sample deployments and orders. Raises FileNotFoundError when it was not shipped."""
    return _shipped("samples")


def _shipped(name: str) -> Path:
    in_wheel, in_checkout = PACKAGE / name, PACKAGE.parent / name
    if in_wheel.is_dir():
        return in_wheel
    # Only a checkout has the project file beside the package: a stranger's `templates` in site-packages is never taken.
    if in_checkout.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file():
        return in_checkout
    raise FileNotFoundError(f"erp-bridge was installed without its {name} folder; install it again from a whole wheel")
