"""The same flow on many processes or machines, with Dask."""
