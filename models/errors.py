"""Everything `models` raises on purpose.

ModelsError
├── RegistryError   no usable model or card (also vision's ModelError, which a bad file raises as well)
└── DatasetError    a training or scoring set that cannot be read
"""

from vision.errors import ModelError


class ModelsError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""


class RegistryError(ModelsError, ModelError):
    """No model could be found for what was asked, or nothing says how to read it."""


class DatasetError(ModelsError):
    """A set of labelled pictures is missing, empty or wrong."""
