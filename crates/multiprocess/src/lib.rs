//! 1.1 fork, 1.2 Process
