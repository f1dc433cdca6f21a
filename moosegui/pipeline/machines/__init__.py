"""The computations of long lists on several processes or machines, by dask.distributed."""
