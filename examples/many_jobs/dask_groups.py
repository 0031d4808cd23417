# SPDX-License-Identifier: Apache-2.0
"""One forecaster per group of series on a Dask cluster; without --address it starts one on this machine.

    build/python/bin/pip install 'dask[distributed]'
    build/python/bin/python examples/many_jobs/dask_groups.py --out jobs
"""
import dask.distributed
import groups

if __name__ == "__main__":
    arguments = groups.parse_arguments("One forecaster per group of series, on Dask")
    # One process per job: calls of the engine in one process take turns.
    cluster = arguments.address or dask.distributed.LocalCluster(n_workers=arguments.workers, threads_per_worker=1, dashboard_address=None)
    with dask.distributed.Client(cluster) as client:
        client.upload_file(str(groups.HERE / "groups.py"))  # workers import it too
        futures = client.map(groups.train_job, list(groups.jobs_of(arguments)), retries=2)  # if a worker dies
        groups.gather(client.gather(futures), arguments.out)
