# Configuration of the unit tests: GoogleTest programs under the build folder.

import lit.formats

config.name = "Fovea-Unit"
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.test_source_root = config.test_exec_root
