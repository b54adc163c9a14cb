"""work/ on the disk: artifacts, their checksums, locks, and the file system beneath."""
