"""Say in one sentence what this machine lacks, before anything is built.

Runs on any Python, however old: no annotations, no f-strings, standard library only.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile

OLDEST, NEWEST = (3, 11), (3, 14)
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def version_text(version):
    return ".".join(str(part) for part in version[:2])


def wrong_python():
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return None
    return (
        "Offerdesk needs Python {} to {}, and {} is Python {}: "
        "name another one, as in `make demo PYTHON=python3.12`."
    ).format(
        version_text(OLDEST), version_text(NEWEST), sys.executable, version_text(sys.version_info)
    )


def other_environment():
    """An existing .venv is kept, so it must be of the Python that was asked for."""
    path = os.path.join(HERE, ".venv", "pyvenv.cfg")
    if not os.path.exists(path):
        return None
    with open(path) as lines:
        settings = dict(line.strip().partition(" = ")[::2] for line in lines)
    found = settings.get("version", settings.get("version_info", ""))
    if found.split(".")[:2] == version_text(sys.version_info).split("."):
        return None
    return (
        ".venv holds Python {}, and {} is Python {}: run `make clean` first, or leave PYTHON unset."
    ).format(found, sys.executable, version_text(sys.version_info))


def no_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        return (
            "This Python cannot make virtual environments (no module {}): "
            "install it, as in `apt install python3-venv`."
        ).format(error.name)


def no_compiler():
    """durable-rules comes as C source only, so a compiler and Python.h must be there."""
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    include = sysconfig.get_paths()["include"]
    if not shutil.which(command[0]):
        return (
            "No C compiler ({}) was found, and durable-rules is built from C: "
            "install one, as in `apt install gcc` or `xcode-select --install`."
        ).format(command[0])
    if not os.path.exists(os.path.join(include, "Python.h")):
        return (
            "The C header Python.h is not in {}, and durable-rules is built from C: "
            "install it, as in `apt install python{}-dev`."
        ).format(include, version_text(sys.version_info))
    return failed_build(command, include)


def failed_build(command, include):
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, "probe.c")
    try:
        with open(source, "w") as probe:
            probe.write("#include <Python.h>\n#include <math.h>\n")
        build = [*command, "-I", include, "-c", source, "-o", os.path.join(folder, "probe.o")]
        ran = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if ran.returncode:
            said = ran.stdout.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            reason = next((line for line in said if "error" in line), said[-1])
            return "The C compiler {} cannot build against Python.h: {}".format(command[0], reason)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(wrong_python() or other_environment() or no_venv() or no_compiler())
