right = Right.
right-entries = Right entries: { $right } of { $count }.
times-the-key = the key times { $times }
