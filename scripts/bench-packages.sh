#!/bin/sh
# Adds the peers that benchmarks/speed measures against to an environment that holds the project:
# sh scripts/bench-packages.sh FOLDER
#
# They are for benchmarks only; the product imports none of them. torchvision is there because ultralytics asks for its
# version; none fits the CPU build of torch, so ultralytics suppresses boxes in plain torch here, which the benchmarks
# name and also count net of. Packages that would bring another torch or graphics card libraries come without their
# dependencies, and what they need is named here.
set -eu
venv="${1:?wanted the folder of the virtual environment}"
install() { "$venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check "$@"; }

install 'torch==2.13.0' \
    'matplotlib>=3.9,<4' 'pillow>=11' 'polars>=1.20' 'psutil>=6' 'requests>=2.32,<3' 'tqdm>=4.62' \
    'defusedxml>=0.7.1' 'pydeprecate>=0.9,<0.15' 'filterpy>=1.4.5,<3' 'lap>=0.5.12,<0.6' 'onnx>=1.17,<2'
install --no-deps 'torchvision==0.28.0' 'ultralytics==8.4.190' 'ultralytics-thop==2.2.3' 'ultralytics-platform==0.1.99' \
    'supervision==0.31.2' 'trackers==2.6.1' 'norfair==2.3.0'
