"""Orders as rows of named cells: what files of a folder and tables of a database have in common."""
