"""The midterm of EECS 182, Deep Neural Networks, UC Berkeley, Spring 2023 (Anant Sahai)."""
