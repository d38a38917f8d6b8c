#!/bin/sh
# Makes or renews the virtual environment for training: sh scripts/train-packages.sh FOLDER
#
# torch 2.13.0 has a CPU build and torchvision 0.28.0 has none that fits it: left to themselves, the dependencies of
# torchvision and ultralytics would bring another torch or graphics card libraries of several gigabytes. So these come
# without their dependencies, and what they need is named here. models/train/toolkit.py makes them work together.
set -eu
venv="${1:?wanted the folder of the virtual environment}"
cd "$(dirname "$0")/.."
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
# Compiling all of torch takes longer than unpacking it, and most of it is never imported.
install() { "$venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check "$@"; }

install 'torch==2.13.0' --editable '.[drawn,openvino]' \
    'matplotlib>=3.9,<4' 'pillow>=11' 'polars>=1.20' 'psutil>=6' 'requests>=2.32,<3' \
    'onnx>=1.17,<2' 'onnxslim>=0.1.82,<0.2' 'pycocotools>=2.0.7,<3' \
    'pytest>=8.3,<10' 'pytest-timeout>=2.3,<3' 'pytest-xdist>=3.6,<4'
install --no-deps 'torchvision==0.28.0' 'ultralytics==8.4.190' 'ultralytics-thop==2.2.3' 'ultralytics-platform==0.1.99'
