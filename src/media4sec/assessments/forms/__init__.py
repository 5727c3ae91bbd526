"""What people fill in: a plan, answers, parts, proofs, decisions, documents, summaries."""
