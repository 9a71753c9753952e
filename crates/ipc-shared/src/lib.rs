//! 1.4 Value and Array
