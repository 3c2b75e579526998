prefix = "example"
