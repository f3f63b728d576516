"""Export: lists as files of other programs, the index as a snapshot for analysts, the whole book as one file.

Whoever asks hands in names, kinds and rows; a file is written beside its place and takes it whole (`to_file`).
"""
