#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/special_functions.json: values of special functions and quantiles to 17 digits.

    pip install mpmath scipy && python3 tools/make_fixtures/special_functions.py

mpmath computes with 60 digits; scipy the incomplete gamma function and the quantiles of counts, which are whole numbers.
"""
import json
import pathlib

import mpmath as mp
import scipy.special
import scipy.stats

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "special_functions.json"
mp.mp.dps = 60
POSITIVE = [1e-8, 0.01, 0.3, 1, 1.4616, 2, 3.7, 11.99, 12, 33.3, 1e3, 1e6, 1e9]
RISES = [0, 0.5, 1, 7, 150, 1e5]
PROBABILITIES = [1e-12, 1e-5, 0.0013, 0.025, 0.1, 0.37, 0.4999, 0.5, 0.51, 0.8, 0.975, 0.9999]


def rising(x, y):
    x, y = mp.mpf(x), mp.mpf(y)
    return mp.loggamma(x + y) - mp.loggamma(x)


def digamma_rise(x, y):
    x, y = mp.mpf(x), mp.mpf(y)
    return mp.digamma(x + y) - mp.digamma(x)


def normal_quantile(p):
    p = mp.mpf(p)
    return -mp.sqrt(2) * mp.erfinv(1 - 2 * p)


def student_t_quantile(p, df):
    """The root of the distribution function, from scipy's value."""
    p, df = mp.mpf(p), mp.mpf(df)
    if p == 0.5:
        return mp.mpf(0)

    def cdf(t):
        tail = mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
        return tail if t < 0 else 1 - tail

    start = mp.mpf(scipy.stats.t.ppf(float(p), float(df)))
    return mp.findroot(lambda t: mp.log(cdf(t)) - mp.log(p), start, tol=1e-40)


def table(function, *axes):
    rows = [[]]
    for axis in axes:
        rows = [row + [value] for row in rows for value in axis]
    return [row + [float(function(*row))] for row in rows]


def count_quantiles():
    out = {"poisson": [], "negative_binomial": []}
    levels = [0.001, 0.1, 0.5, 0.9, 0.975, 0.99999]
    for mean in (1e-3, 0.2, 3.0, 47.5, 1234.5, 1e6):
        for p in levels:
            out["poisson"].append([mean, p, float(scipy.stats.poisson.ppf(p, mean))])
            for dispersion in (1e-3, 0.4, 5.0):
                r = 1 / dispersion
                value = scipy.stats.nbinom.ppf(p, r, r / (r + mean))
                out["negative_binomial"].append([mean, dispersion, p, float(value)])
    return out


def main():
    ab = [0.5, 1.0, 2.75, 40.0, 3000.0]
    value = {
        "log_gamma": table(mp.loggamma, POSITIVE),
        "digamma": table(mp.digamma, POSITIVE),
        "log_rising": table(rising, POSITIVE, RISES),
        "digamma_rise": table(digamma_rise, POSITIVE, RISES),
        "incomplete_beta": table(lambda a, b, x: mp.betainc(a, b, 0, mp.mpf(x), regularized=True), ab, ab,
                                 [1e-9, 0.01, 0.3, 0.5, 0.9]),
        "lower_gamma": table(lambda a, r: scipy.special.gammainc(a, a * r), [0.01, 0.5, 1.0, 9.5, 300.0, 1e5],
                             [0.5, 0.99, 1.0, 1.01, 2.0]),
        "normal_quantile": table(normal_quantile, PROBABILITIES),
        "student_t_quantile": table(student_t_quantile, PROBABILITIES, [2.01, 2.7, 5.0, 30.0, 2e3, 1e5]),
    } | count_quantiles()
    OUT.write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
