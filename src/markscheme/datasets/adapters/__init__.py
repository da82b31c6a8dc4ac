"""The rows in the form of other libraries, a file each. None is imported before it is asked for."""
