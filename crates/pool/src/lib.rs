//! 1.3 Pool
