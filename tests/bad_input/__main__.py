"""`python -m tests.bad_input FOLDER` writes the corpus to files, numbered in its order, to look at."""

import sys
from pathlib import Path

from tests.bad_input.corpus import CORPUS


def main(folder: Path) -> None:
    """Write all files; which is which is in `index.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(CORPUS):
        (folder / f"{number:03}").write_bytes(case.body())
    index = (f"{number:03} {case.ending.status} {case.ending.code} {case.key}" for number, case in enumerate(CORPUS))
    (folder / "index.txt").write_text("\n".join(index) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
