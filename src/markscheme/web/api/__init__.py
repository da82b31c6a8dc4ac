"""The server for programs, `/api/v1`: tokens in place of cookies; the functions and complaints of the pages."""
