"""Question 9 as printed: its numbers, its key."""

from markscheme.bank.convolution.stack_shape import problem

published = problem.published(
    "csc671-9",
    givens={
        "side": 288, "channels": 3, "filters": [32, 64, 128], "kernels": [6, 4, 3], "strides": [2, 2, 3],
        "paddings": [2, 1, 0],
    },
    key={"flattened": 73_728},
    asks={"flattened": 1},
    text=r"""
    A network sorts images of $[[side]] \times [[side]]$ pixels with [[channels]] channels into 10 classes. It has three
    convolution layers and, on their flattened output, two fully connected ones:

    ```python
    self.conv1 = nn.Conv2d(3, 32, kernel_size=6, stride=2, padding=2)
    self.conv2 = nn.Conv2d(32, 64, kernel_size=4, stride=2, padding=1)
    self.conv3 = nn.Conv2d(64, 128, kernel_size=3, stride=3, padding=0)
    self.fc1 = nn.Linear(fc1_input, 1000)
    self.fc2 = nn.Linear(1000, 10)
    ```

    What is `fc1_input`, the number of inputs of the first fully connected layer?
    """,
)  # fmt: skip
