//! 4 A scheduler, workers and tasks over TCP
