#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Beijing PM2.5, a day ahead, with the weather up to now; a forecast a day over the newest fifth."""
import one_series

OPTIONS = ["--target", "pm2.5", "--past", "DEWP,TEMP,PRES,cbwd,Iws,Is,Ir", "--categories", "cbwd", "--horizon", 24]

one_series.score("beijing_pm25", "forecast/series/pollution.csv", OPTIONS, ["--cutoffs", 365, "--stride", 24])
