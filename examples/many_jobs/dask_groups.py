# SPDX-License-Identifier: Apache-2.0
"""One forecaster a group of series on a Dask cluster; without --address on one that it starts on this machine.

    build/python/bin/pip install 'dask[distributed]'
    build/python/bin/python examples/many_jobs/dask_groups.py --out jobs
"""
import dask.distributed
import groups

if __name__ == "__main__":
    arguments = groups.parse_arguments("One forecaster a group of series, on Dask")
    # Processes, one job in each: a call of the engine holds its threads until it ends.
    cluster = arguments.address or dask.distributed.LocalCluster(n_workers=arguments.workers, threads_per_worker=1, dashboard_address=None)
    with dask.distributed.Client(cluster) as client:
        client.upload_file(str(groups.HERE / "groups.py"))  # workers import it too
        futures = client.map(groups.train_job, list(groups.jobs_of(arguments)), retries=2)  # again where a worker dies
        groups.gather(client.gather(futures), arguments.out)
