"""How a file becomes a table of text cells: one module per kind of file, whichever tool wrote it."""
