#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# corpus.sh RUNNER  runs it over what COUNTERSIGN_CEDAR_CORPUS names; leaves with 77, which ctest
#                   shows as skipped, when that is not set.
if [ -z "${COUNTERSIGN_CEDAR_CORPUS:-}" ]; then
  echo "COUNTERSIGN_CEDAR_CORPUS names no corpus"
  exit 77
fi
exec "$1" "$COUNTERSIGN_CEDAR_CORPUS"
