"""The build hook that compiles the kernel in C, which hatchling runs for each wheel. No wheel holds this file.

A wheel with the compiled kernel fits one version of Python on one kind of machine. Without a C compiler or Python's
headers, or with HAMGATE_KERNEL=plain in the environment, the wheel is pure and fits all; plain.py then does the work.
HAMGATE_KERNEL=required fails the build instead.
"""

import os
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("filter/kernel")
NAME = f"native{sysconfig.get_config_var('EXT_SUFFIX')}"
"""File name of the compiled kernel, such as native.cpython-311-x86_64-linux-gnu.so."""
FLAGS = (
    "-O2", "-DNDEBUG", "-fvisibility=hidden",
    "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-Wl,-z,relro,-z,now",
)  # fmt: skip
"""As users have it: fast and hardened, and no warning of a compiler yet unknown fails it."""


class NotCompiledError(Exception):
    """The kernel was not compiled; the text says why and what to do."""


class KernelHook(BuildHookInterface[BuilderConfig]):
    """Puts the compiled kernel into a wheel; for an editable install it lies beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile for the wheel `version`, "standard" or "editable".

        Raises NotCompiledError where the kernel is required.
        """
        self._scratch = TemporaryDirectory(prefix="hamgate-kernel-")
        home = Path(self.root, FOLDER)
        target = home / NAME if version == "editable" else Path(self._scratch.name, NAME)
        try:
            compile_anew(home, target)
        except NotCompiledError as reason:
            if os.environ.get("HAMGATE_KERNEL") == "required":
                raise
            self.app.display_warning(f"hamgate without its compiled kernel, and so slower: {reason}")
            return
        if version != "editable":
            build_data.update(pure_python=False, infer_tag=True)
            build_data["force_include"][str(target)] = str(FOLDER / NAME)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what is in the wheel now."""
        self._scratch.cleanup()


def compile_anew(sources: Path, target: Path) -> None:
    """Compile as users have it; on failure there is no `target`, not even one of before.

    Raises NotCompiledError.
    """
    target.unlink(missing_ok=True)
    if os.environ.get("HAMGATE_KERNEL") == "plain":
        raise NotCompiledError("HAMGATE_KERNEL=plain is set; unset it to have the kernel")
    compile_with(FLAGS, sources, target)


def compile_with(flags: tuple[str, ...], sources: Path, target: Path) -> None:
    """Compile all C files of the folder `sources` to the extension module `target`.

    Raises NotCompiledError.
    """
    include = sysconfig.get_path("include")
    if not Path(include, "Python.h").is_file():
        raise NotCompiledError(f"there is no {include}/Python.h (in Debian: apt install python3-dev)")
    files = map(str, sorted(sources.glob("*.c")))
    command = [*compiler(), "-shared", "-fPIC", *flags, "-isystem", include, "-o", str(target), *files]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    if done.returncode:
        raise NotCompiledError(f"{shlex.join(command)} failed (in Debian: apt install libc6-dev)\n{done.stderr}")


def compiler() -> list[str]:
    """Words that call the C compiler: that of CC, else that of Python's own build, else cc.

    Raises NotCompiledError if there is none.
    """
    named = os.environ.get("CC")
    for words in [named] if named else [sysconfig.get_config_var("CC") or "", "cc"]:
        command = shlex.split(words)
        if command and shutil.which(command[0]):
            return command
    raise NotCompiledError(f"there is no C compiler {named or 'cc'} (in Debian: apt install gcc libc6-dev)")
