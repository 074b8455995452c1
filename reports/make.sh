#!/usr/bin/env bash
# Makes the showcase: trains what runs/ does not hold yet, and writes records, cards and reports.
# The data and the teacher are read from data/ and models/ of the repository, or links there.
set -euo pipefail
cd "$(dirname "$0")/.."

# A training as it may be shown: its records without the texts of SQuAD, its card, its report.
show() {
  local name=$1 recipe=$2 words=$3
  shift 3
  qareport train "$recipe" --output "runs/$name"
  qareport redact "runs/$name" --output "reports/$name" --overwrite
  [ "$words" -ef "reports/$name/card.toml" ] || cp "$words" "reports/$name/card.toml"
  qareport report "reports/$name/student" "$@" \
    --redact --output "reports/$name/report.html" --overwrite
}

show minilm-l3 benchmarks/minilm-l3-backtranslated.toml reports/minilm-l3/card.toml \
  --teacher reports/minilm-l3/teacher --baseline reports/minilm-l3/baseline
qareport card reports/minilm-l3 --no-run

show demo demo/demo.toml demo/card.toml reports/demo/teacher
cp runs/demo/model/* demo/model/
qareport evaluate demo/model --data demo/stories.json --dtype float32 \
  --output reports/demo/stories --overwrite
qareport card reports/demo --no-run

# The model of the demo has its card and the facts of its training beside it.
cp -r reports/demo/README.md reports/demo/charts reports/demo/training.json demo/model/
