"""`make pages-css`: builds static/window.css from styles/ with sass. Needs Node; running Yichuang does not.

The built file is committed. Must not run as part of anything else.
"""

import shutil
import subprocess
import sys
from pathlib import Path

STYLES = Path(__file__).parent / "styles"


def main() -> int:
    """Install the pinned tools beside the sources (ignored by git), then build."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not here: install Node 20 or newer, then run `make pages-css` again.")
        return 1
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    for command in ([npm, "install", *quiet], [npm, "run", "--silent", "build"]):
        done = subprocess.run(command, cwd=STYLES, check=False)  # noqa: S603 - npm by its path
        if done.returncode != 0:
            return done.returncode
    print(f"built {STYLES.parent / 'static' / 'window.css'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
