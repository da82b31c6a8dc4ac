"""Problems of this family, one file each."""
