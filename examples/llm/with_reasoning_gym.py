"""markscheme's problems as reasoning-gym's: `pip install reasoning-gym markscheme`."""

import reasoning_gym
from reasoning_gym.factory import create_curriculum

from markscheme.datasets.adapters.reasoning_gym import register
from markscheme.datasets.hostile import paid

(name,) = register(("attention/linear_rnn",))
rows = reasoning_gym.create_dataset(name, size=20, seed=42)
earned = [rows.score_answer(row["answer"], row) for row in rows]
print(f"{name}: {len(earned)} rows, the keys earn {sum(earned) / len(earned):.2f}")
print(f"None earns {rows.score_answer(None, rows[0])}")

curriculum = create_curriculum(name)
curriculum.increment_attr_level("largest")
harder = reasoning_gym.create_dataset(name, size=1, seed=42, largest=curriculum.generate_configuration().largest)
print(f"one level up: {harder[0]['metadata']['difficulty']}")

harm = paid(rows.score_answer, [rows[0], rows[1]])
print(f"hostile replies that earn something: {harm}")
assert not harm
