//! 3 Coroutines
