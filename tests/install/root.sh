# SPDX-License-Identifier: Apache-2.0
# For scripts that try a package in a Debian of its own; they run at the top of the checkout. Each ends with 3 where there can
# be none.

# make_root RELEASE: root=build/RELEASE-root, made by debootstrap; it stays there for the next time.
make_root() {
  root=$PWD/build/$1-root
  command -v debootstrap >/dev/null 2>&1 || { echo "$0: debootstrap is missing (Debian's package debootstrap)" >&2; exit 3; }
  [ "$(id -u)" -eq 0 ] || { echo "$0: only root can make a root" >&2; exit 3; }
  if [ ! -e "$root/made" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase "$1" "$root" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; echo "$0: is the archive in reach?" >&2; exit 3; }
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    touch "$root/made"
  fi
  rm -rf "$root/try"
  mkdir -p "$root/try"
  # The command finds its page by /proc/self/exe.
  mount -t proc proc "$root/proc" 2>/dev/null || { echo "$0: /proc cannot be mounted here" >&2; exit 3; }
  trap 'umount "$root/proc"' EXIT
}

# inside COMMANDS: runs them in the root.
inside() {
  chroot "$root" /usr/bin/env -i http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive sh -euc "$1"
}
