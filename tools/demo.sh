#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo: the commands below are what you would type for a file of your own.
set -eu
recurra=$1
data=examples/data/england_wales_demand.csv
mkdir -p demo

show() {
  printf '\n$ %s\n' "$*"
  "$@"
}

show "$recurra" forecast train "$data" --target demand --time time --lookback 96 --horizon 48 --season 336 \
  --difference seasonal --cell lstm --hidden 64 --layers 1 --out demo/model.safetensors
show "$recurra" forecast backtest demo/model.safetensors "$data" --report demo/report.html
show "$recurra" forecast predict demo/model.safetensors "$data" --out demo/next.csv
show "$recurra" inspect demo/model.safetensors "$data"

printf '\nThe report is demo/report.html; the next day is demo/next.csv.\n'
