"""What the year's work hands to the three other appraisals: a table of persons, one of leaders, one of units (第八条(三)).

Which tables there are, for whom, and with which columns, schemas/exports.yaml says; here is what is known of a row. Pure: facts
are handed in.
"""
