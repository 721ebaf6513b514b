"""What `lzxl check` prints: the same result as text, JSON, SARIF 2.1.0 and JUnit."""
