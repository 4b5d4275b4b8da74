"""Recognition of carriers: criteria, experts, publicity, titles. One kind so far: 众创空间备案."""
