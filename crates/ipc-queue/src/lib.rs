//! 1.4.1 Queue
