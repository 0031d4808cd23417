# SPDX-License-Identifier: Apache-2.0
"""`python -m recurra` is the command `recurra`."""

from ._command import main

main()
