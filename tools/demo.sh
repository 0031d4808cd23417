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
  --difference seasonal --cell lstm --hidden 64 --layers 1 --split 0.7,0.133333,0.166667 --out demo/model.safetensors
show "$recurra" forecast backtest demo/model.safetensors "$data" --report demo/report.html
show "$recurra" forecast predict demo/model.safetensors "$data" --out demo/next.csv
show "$recurra" inspect demo/model.safetensors "$data"
# Whether the cell matters, and whether the seed does: three seeds of each cell at equal parameters.
show "$recurra" forecast compare "$data" --target demand --time time --lookback 96 --horizon 48 --season 336 \
  --difference seasonal --split 0.7,0.133333,0.166667 --seeds 3

printf '\nThe report is demo/report.html; the next day is demo/next.csv.\n'
