// Empty: no mmap and no madvise. tensor/memory.cpp does without.
