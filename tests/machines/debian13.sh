#!/bin/sh
# Debian 13 on a Debian machine: the README's commands, the site, and the library with clang 19, on a copy of this tree
# in a root that debootstrap makes. Called by make debian13, as root. The root stays for the next time in the folder
# DEBIAN13_ROOT names; what this mounts in it is seen by these processes alone, and goes when they end, however they
# end.
set -eu
ROOT=${DEBIAN13_ROOT:-/var/tmp/tapegrad-debian13}
[ "$(id -u)" = 0 ] || { echo "debian13: debootstrap and chroot need root" >&2; exit 1; }
for tool in debootstrap unshare; do
  command -v $tool > /dev/null || { echo "debian13: there is no $tool (on Debian: apt-get install $tool)" >&2; exit 1; }
done

if [ ! -e "$ROOT/ready" ]; then
  # A root that was not finished is made anew. What this script has not made stays.
  [ ! -e "$ROOT/begun" ] || rm -rf --one-file-system "$ROOT"
  mkdir -p "$ROOT"
  if [ -n "$(ls -A "$ROOT")" ]; then
    echo "debian13: $ROOT is not empty; name another folder by DEBIAN13_ROOT" >&2
    exit 1
  fi
  touch "$ROOT/begun"
  # The server that this machine's apt has Debian from; debootstrap's own if that is not told.
  server=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 'Created-By: Packages' |
    head -n 1)
  debootstrap --variant=minbase --include=g++,make,git trixie "$ROOT" $server
  touch "$ROOT/ready"
fi

rm -rf "$ROOT/tapegrad"
mkdir "$ROOT/tapegrad"
tar -c --exclude=./build --exclude=./.git . | tar -x --no-same-owner -C "$ROOT/tapegrad"
cat > "$ROOT/commands" << 'COMMANDS'
mount -t proc proc /proc
mount -t devpts -o ptmxmode=666,newinstance devpts /dev/pts
cd /tapegrad
set -x
make setup chapter
make setup test
make setup-docs docs
CXX=clang++ sh .ci/setup clang++:clang
make CXX=clang++ BUILD=build/clang chapter
COMMANDS
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
  unshare --mount --pid --fork --kill-child chroot "$ROOT" sh -e /commands < /dev/null &
child=$!
trap 'kill -s KILL $child 2> /dev/null || true' EXIT  # unshare heeds no other signal, and takes all below it along
trap 'exit 130' HUP INT TERM
wait $child
