"""The office's papers in Word: which are due, their numbers, their templates, and what is filled into them."""
