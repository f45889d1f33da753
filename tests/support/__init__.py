"""What several suites need: the whole product in one process, on real servers."""
