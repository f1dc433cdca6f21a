#!/usr/bin/env bash
# Set up what the application, its tests or its development need.
#
#     scripts/setup.sh app|test|dev
#
# A virtual environment in .venv with the package in it, and on Debian and its relatives the system
# libraries that Qt loads. What is installed is said first; with nothing to install this is silent
# and takes a fraction of a second. PYTHON=... chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly LEVEL=${1:-app}
readonly VENV=.venv
readonly LEVELS=(app test dev) # each holds those before it
readonly MIN_PYTHON=3.11
is_new= # whether anything was installed

# From ldd on QtWidgets, QtSvg and the platform plugins of PyQt6
readonly QT_PACKAGES=(
    libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libxkbcommon0 fonts-dejavu-core
)
readonly X11_PACKAGES=(
    libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1
    libxkbcommon-x11-0
)
readonly WAYLAND_PACKAGES=(libwayland-client0 libwayland-cursor0 libwayland-egl1)

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Run a command; show its output only if it fails, without addresses, which may hold passwords.
quietly() {
    local output status=0
    output=$("$@" 2>&1) || status=$?
    if ((status)); then
        printf '%s\n' "$output" | sed -E 's#[a-z+]+://[^ ]+#(address)#g' | tail -n 30 >&2
    fi
    return "$status"
}

# Install those Debian packages that are not there; fail if that is impossible or not permitted.
install_packages() {
    local package missing=() become_root=()
    command -v apt-get >/dev/null || return 1
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then return 0; fi
    if ((EUID != 0)); then
        command -v sudo >/dev/null || return 1
        become_root=(sudo)
        [[ -t 0 ]] || become_root=(sudo -n) # nobody there to type a password
        "${become_root[@]}" true 2>/dev/null || return 1
    fi
    say "installing system packages with apt-get: ${missing[*]}"
    become_root+=(env DEBIAN_FRONTEND=noninteractive)
    quietly "${become_root[@]}" apt-get -q update || say "the package lists could not be updated"
    quietly "${become_root[@]}" apt-get -q -y --no-install-recommends install "${missing[@]}"
}

is_recent() {
    "$1" -c "import sys; sys.exit(sys.version_info < (${MIN_PYTHON/./, }))" 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "there is no Python $MIN_PYTHON or later; install one and say PYTHON=/path/to/python3 make ..."
}

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

make_environment() {
    local python version
    if is_recent $VENV/bin/python && $VENV/bin/python -c 'import pip' 2>/dev/null; then return; fi
    python=$(find_python)
    version=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
    if ! has_venv "$python"; then
        install_packages "python$version-venv" || install_packages python3-venv || true
    fi
    say "making the virtual environment $VENV with Python $version"
    if has_venv "$python"; then
        quietly "$python" -m venv --clear $VENV
    elif ! quietly "$python" -m virtualenv --clear $VENV; then
        fail "Python $version cannot make a virtual environment; as root: apt-get install python$version-venv"
    fi
}

# The packages that a level asks for, as people read them.
requirements() {
    $VENV/bin/python - "$1" <<'PYTHON'
import re, sys, tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
wanted, extras = list(project["dependencies"]), project["optional-dependencies"]
for extra in {"app": [], "test": ["test"], "dev": ["test", "dev"]}[sys.argv[1]]:
    wanted += [name for name in extras[extra] if not name.startswith(project["name"])]
print(", ".join(re.split("[<>=!~; ]", name)[0] for name in wanted))
PYTHON
}

# Stamps hold the place, since the package is installed as a link to it, and the requirements.
install_project() {
    local level=$1 known state
    state="$PWD $(cksum <pyproject.toml)"
    if [[ -f $VENV/.setup-$level && $(<"$VENV/.setup-$level") == "$state" ]]; then return; fi
    say "installing moosegui into $VENV with $(requirements "$level") and what they need;"
    say "the first time this takes a few minutes"
    local target=.
    [[ $level == app ]] || target=".[$level]"
    quietly $VENV/bin/python -m pip install --quiet --disable-pip-version-check --editable "$target" ||
        fail "the Python packages could not be installed; is there a network?"
    is_new=yes
    for known in "${LEVELS[@]}"; do
        printf '%s\n' "$state" >"$VENV/.setup-$known"
        if [[ $known == "$level" ]]; then break; fi
    done
}

# Python's own compiled modules, which a package that is installed as a link to its sources lacks
# where Python may not write them by itself (PYTHONDONTWRITEBYTECODE): a third of a start.
compile_modules() { $VENV/bin/python -m compileall -qq moosegui || true; }

# Compile, for whoever will look at sources, what the first of them would wait for. Tests compile
# what they need. What cannot be compiled here is compiled in the background of the window.
compile_kernels() {
    local folder
    [[ $LEVEL == app && -n $is_new ]] || return 0
    say "compiling what computes, which takes half a minute, once"
    folder=$(mktemp -d) || return 0
    quietly $VENV/bin/python -m moosegui scan resources/demo/moose_demo.fits --blends \
        -o "$folder/demo.fits" || say "that failed; the window will do it"
    rm -rf "$folder"
}

# What windows open on; tests open theirs offscreen everywhere.
has_x11() { [[ $LEVEL == app && -n ${DISPLAY:-} ]]; }
has_wayland() { [[ $LEVEL == app && -n ${WAYLAND_DISPLAY:-} ]]; }

# Names of the libraries that Qt would look for in vain on the platforms that are in use.
missing_libraries() {
    local folder platform platforms=(offscreen) files=()
    if has_x11; then platforms+=(xcb); fi
    if has_wayland; then platforms+=(wayland); fi
    folder=$($VENV/bin/python -c 'import PyQt6; print(PyQt6.__path__[0])')
    files=("$folder/QtWidgets.abi3.so" "$folder/QtSvg.abi3.so")
    for platform in "${platforms[@]}"; do
        files+=("$folder/Qt6/plugins/platforms/libq$platform"*.so)
    done
    ldd "${files[@]}" 2>/dev/null | awk '/not found/ { print $1 }' | sort -u | paste -sd ' '
}

has_font() {
    local folders=(/usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts")
    [[ -n $(find -L "${folders[@]}" -name '*.[ot]t[fc]' -print -quit 2>/dev/null) ]]
}

qt_loads() {
    local platform=${QT_QPA_PLATFORM:-offscreen}
    if has_x11 || has_wayland; then platform=${QT_QPA_PLATFORM:-}; fi # Qt's own choice
    QT_QPA_PLATFORM=$platform quietly $VENV/bin/python -c \
        'from PyQt6.QtWidgets import QApplication; QApplication([])'
}

provide_qt_libraries() {
    local missing packages=("${QT_PACKAGES[@]}")
    if [[ $(uname) != Linux ]] || ! command -v ldd >/dev/null; then return; fi
    missing=$(missing_libraries)
    if [[ -z $missing ]] && has_font; then return; fi
    say "Qt needs from the system: ${missing:-a font}"
    if has_x11; then packages+=("${X11_PACKAGES[@]}"); fi
    if has_wayland; then packages+=("${WAYLAND_PACKAGES[@]}"); fi
    if install_packages "${packages[@]}" && [[ -z $(missing_libraries) ]] && has_font; then return; fi
    say "that could not be installed here; as root: apt-get install ${packages[*]}"
    qt_loads || fail "Qt does not open a window without these libraries"
    say "Qt loads all the same, so this goes on"
}

case $LEVEL in
app | test | dev) ;;
*) fail "there is no level '$LEVEL'; say app, test or dev" ;;
esac
make_environment
install_project "$LEVEL"
provide_qt_libraries
compile_modules
compile_kernels
