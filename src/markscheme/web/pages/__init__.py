"""What the server answers to each address; every module here declares its pages with `web.routing.page`."""
