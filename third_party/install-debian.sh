#!/usr/bin/env bash
# Installs the Debian packages that the project needs, and of those only what is missing.
#   third_party/install-debian.sh [--list] GROUP...      groups: build test lint fuzz (test holds build; fuzz holds build)
# Works as root, else through sudo. Asks nothing. When all is there it says nothing and takes a moment.
set -euo pipefail

build=(
    g++ cmake ninja-build ccache
    libimgui-dev libstb-dev libfreetype-dev     # Dear ImGui, and what Debian's build of it links
    libglfw3-dev libgl1 libgl1-mesa-dri         # the window; OpenGL, in software where there is no graphics card
    python3 python3-glad                        # OpenGL's functions, generated while building
    libwebsocketpp-dev libasio-dev libc-ares-dev libssl-dev zlib1g-dev
    nlohmann-json3-dev libsimdjson-dev libre2-dev
    libreaderwriterqueue-dev libcli11-dev doctest-dev
    fonts-inter fonts-jetbrains-mono fonts-dejavu-core
    ca-certificates                             # the authorities that wss:// is checked against
)
test=(
    "${build[@]}"
    clang-format
    xvfb xauth xdotool x11-utils imagemagick    # a display, a hand and an eye for the end-to-end tests
    openssl                                     # certificates made by the TLS tests
    node-ws python3-websockets                  # two servers of others, for the interoperation tests
)
lint=("${build[@]}" clang-format clang-tidy)
fuzz=("${build[@]}" clang libclang-rt-dev)

list_only=
if [[ ${1:-} == --list ]]; then
    list_only=1
    shift
fi
wanted=()
for group in "${@:-test}"; do
    case $group in
        build) wanted+=("${build[@]}") ;;
        test) wanted+=("${test[@]}") ;;
        lint) wanted+=("${lint[@]}") ;;
        fuzz) wanted+=("${fuzz[@]}") ;;
        *) echo "install-debian.sh: no group '$group'; there are build, test, lint, fuzz" >&2; exit 2 ;;
    esac
done
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -u)

if [[ $list_only ]]; then
    printf '%s\n' "${wanted[@]}"
    exit
fi
if ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian system: install what these packages hold by your own means, then go on:" >&2
    echo "  ${wanted[*]}" >&2
    exit 0
fi

installed=$(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
missing=()
for package in "${wanted[@]}"; do
    grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "Packages are missing and only root may install them; there is no sudo here. As root, run:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"

# apt's own progress is long: it goes to a file, which is shown when something fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1
}
install() { apt install --no-install-recommends "${missing[@]}"; }
simulate() { apt install --simulate --no-install-recommends "${missing[@]}"; }

# The lists are fetched only when they are not there, or too old to install from.
if ! simulate || ! install; then
    if ! apt update; then
        cat "$log" >&2
        echo "apt-get update failed: are Debian's packages reachable from here?" >&2
        exit 1
    fi
    if ! install; then
        cat "$log" >&2
        echo "apt-get could not install: ${missing[*]}" >&2
        exit 1
    fi
fi
echo "Installed."
