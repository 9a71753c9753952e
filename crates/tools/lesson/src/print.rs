//! Standard output.

/// Prints `text`, or returns in one line why it cannot be printed.
pub(crate) fn print(text: &str) -> Result<(), String> {
    common::print_text(text).map_err(|error| error.to_string())
}
