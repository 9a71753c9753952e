//! 2.1 Threads
