"""work/report.html: every recording on one page, with a picture of who spoke when. Ids only, no names, no words."""
