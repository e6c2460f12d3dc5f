"""From mention files to the table `mention`, and which of its rows changed tonight."""
