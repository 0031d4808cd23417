# SPDX-License-Identifier: Apache-2.0
"""One forecaster per group of series, as independent jobs: the common part of ray_groups.py and dask_groups.py.

Run alone, it runs the jobs one after another and writes the same table, byte for byte:

    build/python/bin/python examples/many_jobs/groups.py --out jobs
"""
import argparse
import collections
import csv
import io
import pathlib
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"

Job = collections.namedtuple("Job", "group rows plan options")
Trained = collections.namedtuple("Trained", "group model forecasts")  # the bytes of a model file, the rows of a table


def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=pathlib.Path, default=DATA / "shop_chain.csv")
    parser.add_argument("--plan", type=pathlib.Path, default=DATA / "shop_chain_plan.csv", help="what is known of the steps to come")
    parser.add_argument("--id", default="shop", help="column that tells the series apart")
    parser.add_argument("--group", default="kind", help="column whose values name the groups")
    parser.add_argument("--target", default="sold")
    parser.add_argument("--known", default="promo", help="columns of the plan that the net reads")
    parser.add_argument("--horizon", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2, help="jobs at a time on a cluster of this machine")
    parser.add_argument("--address", help="of a cluster that runs already")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for models/ and forecasts.csv")
    return parser.parse_args()


def jobs_of(arguments):
    """A job for each group, with its rows of the data and of the plan: workers need no common file system."""
    rows = list(csv.DictReader(arguments.data.open()))
    plan = list(csv.DictReader(arguments.plan.open()))
    options = {"id": arguments.id, "target": arguments.target, "known": arguments.known, "horizon": arguments.horizon,
               "epochs": arguments.epochs}
    for group in sorted({row[arguments.group] for row in rows}):
        own = [row for row in rows if row[arguments.group] == group]
        ids = {row[arguments.id] for row in own}
        yield Job(group, own, [row for row in plan if row[arguments.id] in ids], options)


def write_csv(file, rows):
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)


def train_job(job):
    """Runs on a worker, with one thread: there are more jobs than processors. Results do not depend on the threads."""
    import recurra  # here, so that only the workers need it

    recurra.set_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, rows in ("data.csv", job.rows), ("plan.csv", job.plan):
            with (folder / file).open("w", newline="") as opened:
                write_csv(opened, rows)
        model = recurra.train("forecast", folder / "data.csv", folder / "model.safetensors", seed=1, **job.options)
        found = model.predict_set(folder / "data.csv", future=folder / "plan.csv")
        target = job.options["target"]
        forecasts = [{"group": job.group, job.options["id"]: series, "time": time, target: value}
                     for series, said in found.items() for time, value in zip(said["time"], said["forecast"][target], strict=True)]
        return Trained(job.group, (folder / "model.safetensors").read_bytes(), forecasts)


def gather(results, out):
    """Writes models/GROUP.safetensors and forecasts.csv, sorted by group."""
    (out / "models").mkdir(parents=True, exist_ok=True)
    results = sorted(results)
    for trained in results:
        (out / "models" / f"{trained.group}.safetensors").write_bytes(trained.model)
    table = io.StringIO(newline="")
    write_csv(table, [row for trained in results for row in trained.forecasts])
    (out / "forecasts.csv").write_text(table.getvalue(), newline="")
    print(f"{len(results)} models in {out / 'models'}; {sum(len(trained.forecasts) for trained in results)} forecasts in {out / 'forecasts.csv'}")


if __name__ == "__main__":
    arguments = parse_arguments("One forecaster per group of series, one after another")
    gather(map(train_job, jobs_of(arguments)), arguments.out)
