# How several messages stand in a row.
list-between = { ", " }
sentences = { $of }
sentences-between = { " " }
clauses = { $of }
clauses-between = { "; " }
alternatives = { $of }
alternatives-between = { "; oder: " }
places = { $of }
places-between = { " und " }
list-and-last = { $of } und { $last }
enumeration = { $of }
enumeration-between = { ", " }
