# SPDX-License-Identifier: Apache-2.0
"""Recurra: an engine for recurrent sequence models.

A net is a class of modules, a tape records what runs forward, an optimiser steps over all parameters at once:

    tape = recurra.Tape(seed=1, step=step)
    loss = recurra.mse_loss(tape, net(tape, x), y)
    block.zero_grad()
    tape.backward(loss)
    recurra.clip_grad_norm(block, 1.0)
    adam.step()

Arrays are of float32, ids and labels of int64; nothing is converted silently.
"""

import os as _os

from . import _engine, forecast
from ._engine import *

__version__ = _engine.version
__all__ = [name for name in dir(_engine) if not name.startswith("_")] + ["forecast"]

if hasattr(_os, "register_at_fork"):  # where processes fork
    _os.register_at_fork(after_in_child=_engine._forget_team)
