"""Templates of printed documents under change control: drafted, tried, compared print beside print, released by two."""
