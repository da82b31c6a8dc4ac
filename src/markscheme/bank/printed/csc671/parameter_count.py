"""Questions 4, 11, 12 and 17 as printed: their numbers, their keys, their claims."""

from markscheme.bank.training.parameter_count import Counts, problem

# The options that are no number, "it depends on the stride" and "none", are left out of the numbers offered.
pooling = problem.published(
    "csc671-4",
    givens={"layers": [[0, 0, 2]], "offers": [0, 5, 4, 2]},
    key={"total": 0},
    asks={"total": 1},
    text=r"""
    How many parameters does a $2 \times 2$ max-pooling layer have: [[offers]], or does that depend on its stride?
    Write the number, if there is one.
    """,
    figures={},
)

perceptron = problem.published(
    "csc671-11",
    givens={"layers": [[2, 50, 0], [50, 25, 0], [25, 3, 0]], "offers": [150, 2300, 1500, 1000, 20]},
    key={"nearest": 1500},
    asks={"nearest": 1},
    text=r"""
    A multi-layer perceptron for examples with 2 features and for 3 classes is made of these layers, all with biases:

    ```python
    torch.nn.Linear(2, 50)   # first hidden layer
    torch.nn.ReLU()
    torch.nn.Linear(50, 25)  # second hidden layer
    torch.nn.ReLU()
    torch.nn.Linear(25, 3)   # output
    ```

    How many parameters does it have, approximately: [[offers]]?
    """,
    figures={},
)

convolution = problem.published(
    "csc671-12",
    givens={"layers": [[3, 5, 4]], "offers": [8, 15, 3, 0, 5]},
    key={"biases": 5},
    asks={"biases": 1},
    text=r"""
    A convolution layer with $4 \times 4$ kernels has 3 channels coming in and 5 going out, as in
    `torch.nn.Conv2d(3, 5, kernel_size=4)`. How many biases does it have: [[offers]]?
    """,
    figures={},
)

linear = problem.published(
    "csc671-17",
    givens={"layers": [[5, 3, 0]], "offers": [5, 15, 18, 20, 8]},
    key={"total": 18},
    asks={"total": 1},
    text=r"""
    How many trainable parameters has the layer that `torch.nn.Linear(in_features=5, out_features=3)` makes:
    [[offers]]?
    """,
    figures={},
)


@perceptron.claim("the network has approximately 1500 parameters", about="nearest", where="key")
def _(total: int, offers: Counts) -> bool:
    return all([abs(total - 1500) < abs(total - offer) for offer in offers if offer != 1500])
