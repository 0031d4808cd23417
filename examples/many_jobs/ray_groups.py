# SPDX-License-Identifier: Apache-2.0
"""One forecaster per group of series on a Ray cluster; without --address it starts one on this machine.

    build/python/bin/pip install ray
    build/python/bin/python examples/many_jobs/ray_groups.py --out jobs
"""
import groups
import ray


@ray.remote(num_cpus=1, max_retries=2)  # if a worker dies
def train_job(job):
    return groups.train_job(job)


if __name__ == "__main__":
    arguments = groups.parse_arguments("One forecaster per group of series, on Ray")
    # Workers import groups.py too, so Ray copies this folder to them.
    cluster = {"address": arguments.address} if arguments.address else {"num_cpus": arguments.workers, "include_dashboard": False}
    ray.init(runtime_env={"working_dir": str(groups.HERE)}, **cluster)
    groups.gather(ray.get([train_job.remote(job) for job in groups.jobs_of(arguments)]), arguments.out)
