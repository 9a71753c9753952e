//! 2.2 Lock and RLock
