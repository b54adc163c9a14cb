"""Sound: ffmpeg, and where in it somebody speaks."""
