"""Everything that touches a spreadsheet file: `reading` takes them in, `writing` makes them; both know the layout."""
