"""The parts of scripts/fuzz.py: corpus, mutations, running the tool, reducing what it found."""
