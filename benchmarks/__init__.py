"""Measurements that are run by hand: they write data files, or put us side by side with others."""
