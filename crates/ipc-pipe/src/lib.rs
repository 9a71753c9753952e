//! 1.4.2 Pipe
