#!/usr/bin/env bash
# Takes the screenshots of README.md: the real window on a display in memory, driven by keys and mouse. `./dev
# screenshots` calls it, with the programs built and the tools installed. Pictures go beside this file. With the word
# `panels` it takes one of every panel, light and dark, into build/panels, to be looked at.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
programs=$PWD/../../build/release
folder=$(mktemp -d)
started=()
cleanup() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap cleanup EXIT

# display SIZE DPI: a new display, as DISPLAY.
display() {
    local number
    exec {out}< <(exec Xvfb -displayfd 1 -noreset -screen 0 "${1}x24" 2>/dev/null)
    started+=($!)
    read -r -t 10 -u "$out" number
    export DISPLAY=:$number
    [[ $2 == 96 ]] || xprop -root -f RESOURCE_MANAGER 8s -set RESOURCE_MANAGER "Xft.dpi: $2"
}

# server OPTIONS...: the simulator; its URL in `url`.
server() {
    exec {line}< <(exec "$programs/wsdbg" serve --port 0 --seed 7 "$@" 2>/dev/null)
    started+=($!)
    read -r -t 10 -u "$line" url
    url=${url#listening }
}

# window ARGUMENTS...: with settings of its own.
window() {
    XDG_CONFIG_HOME=$(mktemp -d "$folder/config.XXXXXX") "$programs/websocket-debugger" "$@" 2>/dev/null &
    window_pid=$!
    started+=("$window_pid")
    sleep 2
}
keys() { xdotool key --delay 120 "$@" && sleep 0.4; }
click() { xdotool mousemove "$1" "$2" click 1 && sleep 0.4; }
shot() { # NAME
    xdotool mousemove 2 2
    sleep 1
    import -window root -strip "$1.png"
}
picture() { # NAME: and the window is closed
    shot "$1"
    kill "$window_pid" && wait "$window_pid" 2>/dev/null || true
}
# Three turns; Coda drops the same message within 5 s.
talk() { for _ in 1 2 3; do keys ctrl+Return && sleep 5.5; done; }

both_themes() { # NAME COMMAND: once dark, once light
    display 1600x900 96
    "$2" && picture "$1-dark"
    display 1600x900 96
    "$2" && keys ctrl+shift+l && picture "$1-light"
}

live() { server --dialect backend && window "$url" && talk && click 700 400; }
paused() { live && keys space Left Left Left alt+shift+2 4; }
turn() { server --dialect backend && window "$url" && talk && keys alt+2 alt+shift+4; }
trouble() {
    server --dialect backend
    window "$url"
    keys ctrl+shift+a ctrl+d
    sleep 1
    keys ctrl+d
    sleep 1
    keys ctrl+Return ctrl+n
    xdotool type "ws://127.0.0.1:1"
    keys Return
    sleep 5
    keys alt+4 alt+shift+4
}
# All panels, in one session each theme.
panels() { # THEME
    display 1600x900 96
    server --dialect backend
    window "$url"
    [[ $1 == dark ]] || keys ctrl+shift+l
    keys ctrl+k
    xdotool type "keep frame"
    keys Return
    talk
    keys ctrl+f
    xdotool type "cpu_percent"
    keys Return Escape F3 F3 1 F6 F6 Down Down Down Down Down Down w b alt+1 alt+shift+1 # a watch
    shot "tree-compose-plots-$1"
    keys 2 alt+2 alt+shift+2
    shot "raw-turn-state-$1"
    keys 3 alt+shift+3 ctrl+t
    sleep 4
    shot "hex-check-watches-$1"
    keys 4 alt+shift+4 ctrl+shift+a ctrl+d
    sleep 1
    keys ctrl+d
    sleep 1
    keys alt+4
    shot "difference-attempts-alarms-$1"
    keys 5 alt+5 alt+shift+5 ctrl+shift+a
    click 1200 657 && click 1200 690 # this session once more
    keys F5
    sleep 6
    shot "wire-notices-replay-$1"
    keys 6 alt+6
    shot "about-developer-$1"
    kill "$window_pid" && wait "$window_pid" 2>/dev/null || true
}

empty() { window ws://127.0.0.1:1 && keys ctrl+d ctrl+shift+k && click 1000 60; }

if [[ ${1:-} == panels ]]; then
    mkdir -p ../../build/panels
    cd ../../build/panels
    panels dark
    panels light
    ls -1 "$PWD"/*.png
    exit
fi
both_themes live live
both_themes paused paused
both_themes turn turn
both_themes trouble trouble
display 1600x900 96
empty && picture empty-dark
display 1280x720 96
live && picture live-1280x720
display 3200x1800 192 # what a window of 1600x900 takes there
server --dialect backend && window "$url" && talk && picture live-4k-scale2
ls -1 ./*.png
