"""LTI 1.3: learning platforms lead their people here, and grades go back to them."""
