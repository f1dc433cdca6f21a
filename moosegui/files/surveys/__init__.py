"""Surveys as wholes: which were open last, and the embedded one."""
