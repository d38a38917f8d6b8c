#!/bin/sh
# Installs the Debian packages the product and its tests need; says what is missing when it may not.
set -eu
missing=""
need() { # package, command that succeeds where it is present
    sh -c "$2" >/dev/null 2>&1 || missing="$missing $1"
}
need libgl1 "ldconfig -p | grep -q libGL.so.1"
need libglib2.0-0 "ldconfig -p | grep -q libgthread-2.0.so.0"
need libegl1 "ldconfig -p | grep -q libEGL.so.1"
need libgl1-mesa-dri "ls /usr/lib/*/dri/swrast_dri.so"
need python3-venv "${PYTHON:-python3} -c 'import ensurepip'"
need libpango-1.0-0 "ldconfig -p | grep -q libpango-1.0.so.0"
need libpangoft2-1.0-0 "ldconfig -p | grep -q libpangoft2-1.0.so.0"
need fonts-dejavu-core "ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
need postgresql "ls /usr/lib/postgresql/*/bin/initdb"
need chromium "command -v chromium"
need mosquitto "ls /usr/sbin/mosquitto"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing Debian packages:$missing"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "missing system packages (apt-get install$missing): needed by OpenCV (libgl1, libglib2.0-0)," \
        "by the drawn junction (libegl1, libgl1-mesa-dri; slower without them)," \
        "by the virtual environment (python3-venv), by printed papers (libpango-1.0-0, libpangoft2-1.0-0," \
        "fonts-dejavu-core), by the tests of the store (postgresql), of the pages (chromium) and of a lamp feed (mosquitto)" >&2
fi
