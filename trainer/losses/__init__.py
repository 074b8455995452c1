"""What a student is pulled towards: right answers, the teacher's logits, its layers."""
