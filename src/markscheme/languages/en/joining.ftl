# How several messages stand in a row.
list-between = { ", " }
sentences = { $of }
sentences-between = { " " }
clauses = { $of }
clauses-between = { "; " }
alternatives = { $of }
alternatives-between = { "; or: " }
places = { $of }
places-between = { " and " }
list-and-last = { $of } and { $last }
enumeration = { $of }
enumeration-between = { ", " }
